using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Peers.Identity;

namespace Pryvd.Raft;

/// <summary>What a node says of itself.</summary>
internal static class NodeFacts
{
    /// <summary>The version of this build.</summary>
    public static string Version { get; } =
        typeof(NodeFacts).Assembly.GetName().Version is { } version ? $"{version.Major}.{version.Minor}.{version.Build}" : "0.0.0";

    /// <summary>This node as a record; id and certificate may still be missing.</summary>
    public static NodeRecord Record(NodeHost host, string nodeId, string member, string group, IssuedCertificate? issued)
    {
        using var sealing = host.IdentityFolder.SealingKey();
        var record = new NodeRecord
        {
            Id = nodeId,
            Name = host.Options.Name,
            Address = host.Address,
            Member = member,
            Datacenter = host.Options.Datacenter,
            Group = group.Length > 0 ? group : host.Options.Group,
            Version = Version,
            CommandVersion = CommandVersions.Known,
            SealingKey = ByteString.CopyFrom(sealing.ExportSubjectPublicKeyInfo()),
        };
        record.Tags.Add(host.Options.Tags.ToDictionary());
        if (issued is not null)
        {
            record.Certificate = CertificateOf(issued);
        }

        return record;
    }

    public static CertificateRecord CertificateOf(IssuedCertificate issued) => new()
    {
        Serial = issued.Serial,
        KeyHash = ByteString.CopyFrom(issued.KeyHash),
        Der = ByteString.CopyFrom(issued.Der),
        NotAfterMs = issued.NotAfter.ToUnixTimeMilliseconds(),
    };
}
