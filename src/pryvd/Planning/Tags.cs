using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>The tags of a node as components see them: its datacenter, group and name are tags, too.</summary>
internal static class Tags
{
    public const string Datacenter = "datacenter";
    public const string Group = "group";
    public const string Node = "node";

    public static string? ValueOf(NodeSlot slot, string key) => key switch
    {
        Datacenter => slot.Node.Datacenter.Length > 0 ? slot.Node.Datacenter : null,
        Group => slot.Node.Group.Length > 0 ? slot.Node.Group : null,
        Node => slot.Node.Name,
        _ => slot.Tags.Items.TryGetValue(key, out var value) ? value : null,
    };

    public static bool IsOfNode(TagConstraint demand) => demand.Key == Node;

    public static bool Meets(NodeSlot slot, TagConstraint demand)
    {
        var value = ValueOf(slot, demand.Key);
        var isMet = value is not null && (demand.Values.Count == 0 || demand.Values.Contains(value));
        return isMet != demand.Not;
    }

    public static string Text(TagConstraint demand)
    {
        var what = demand.Values.Count == 0 ? demand.Key : $"{demand.Key}={string.Join("|", demand.Values)}";
        return demand.Not ? $"not {what}" : what;
    }

    /// <summary>Configured tags win over those that plugins report.</summary>
    public static TagSet Merge(Model.Node node, TagSet reported) => reported.Count == 0 ? node.EffectiveTags : reported.With(node.EffectiveTags);
}
