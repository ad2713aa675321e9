using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>Nodes as the API shows them.</summary>
internal static class NodeMessages
{
    public static Pryv.V1.Node Of(Node node)
    {
        var message = new Pryv.V1.Node
        {
            Name = node.Name,
            Id = node.Id.Value,
            Address = node.Address,
            Member = node.MemberText,
            State = node.State.Word(),
            Role = node.Role.Word(),
            Datacenter = node.Datacenter,
            Group = node.Group,
            Version = node.Version,
            CertificateExpiresMs = node.Certificate.NotAfterMs,
            ChangedIndex = node.Changed.Value,
            Cordoned = node.Cordoned,
            ReturnsAs = node.IsSilent ? node.Returning.Word() : "",
        };
        message.Tags.Add(node.EffectiveTags.Items.ToDictionary());
        return message;
    }

    public static Pryv.V1.NodeTransition Of(NodeTransition step) => new()
    {
        From = step.From?.Word() ?? "",
        To = step.To.Word(),
        Cause = step.Cause,
        Actor = step.Actor.ToString(),
        TimeMs = step.TimeMs,
        Index = step.Index.Value,
    };
}
