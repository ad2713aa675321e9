using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>Nodes as commands and replies carry them.</summary>
public static class NodeRecords
{
    private const int HashBytes = 32;
    private const int MaxSerial = 64;

    /// <summary>The node as recorded; its tags are those that count, its own and the cluster's together.</summary>
    public static NodeRecord Of(Node node)
    {
        var record = new NodeRecord
        {
            Id = node.Id.Value,
            Name = node.Name,
            Address = node.Address,
            Member = node.MemberText,
            Datacenter = node.Datacenter,
            Group = node.Group,
            Role = node.Role.Word(),
            Version = node.Version,
            CommandVersion = node.CommandVersion,
            Certificate = Of(node.Certificate),
            SealingKey = node.SealingKey,
        };
        foreach (var (key, value) in node.EffectiveTags.Items)
        {
            record.Tags.Add(key, value);
        }

        return record;
    }

    /// <summary>What is wrong with a record that is to become a node, or null.</summary>
    internal static string? Problem(NodeRecord? record)
    {
        if (record is null)
        {
            return "the command names no node";
        }

        if (!Names.IsName(record.Id) || !Names.IsName(record.Name))
        {
            return $"'{Clip.To(record.Name, Names.MaxName)}' with id '{Clip.To(record.Id, Names.MaxName)}' is no node: name and id have letters, digits and ._- (at most {Names.MaxName})";
        }

        if (record.Member.Length > 0 && !MemberId.TryParse(record.Member, out _))
        {
            return $"'{Clip.To(record.Member, Names.MaxName)}' is no member id; it has 1 to 16 hexadecimal digits and is not 0, or is empty for an observer";
        }

        return ReportProblem(record.Address, record.Datacenter, record.Version)
            ?? GroupProblem(record.Group)
            ?? TagSet.From(record.Tags).Problem()
            ?? RoleProblem(record.Role)
            ?? CertificateProblem(record.Certificate)
            ?? SealingKeyProblem(record.SealingKey);
    }

    internal static string? ReportProblem(string address, string datacenter, string version)
    {
        if (address.Length is 0 or > Limits.AddressCharacters || !address.Contains(':'))
        {
            return $"'{Clip.To(address, Limits.AddressCharacters)}' is no address; it is HOST:PORT of the peer port";
        }

        return (datacenter.Length > 0 && !Names.IsName(datacenter)) || version.Length > Names.MaxName
            ? $"datacenter '{Clip.To(datacenter, Names.MaxName)}' or version '{Clip.To(version, Names.MaxName)}' is not valid; a datacenter has letters, digits and ._-, both at most {Names.MaxName} characters"
            : null;
    }

    internal static string? GroupProblem(string group) => group.Length == 0 || Names.IsName(group)
        ? null
        : $"'{Clip.To(group, Names.MaxName)}' is no group; it has letters, digits and ._- (at most {Names.MaxName})";

    internal static string? RoleProblem(string role) => Words.TryParseRole(role, out _)
        ? null
        : $"'{Clip.To(role, Names.MaxName)}' is no role; it is auto, voter, observer or witness";

    internal static string? CertificateProblem(CertificateRecord? certificate) =>
        certificate is not null && Names.IsHex(certificate.Serial, 1, MaxSerial) && certificate.KeyHash.Length == HashBytes
        && certificate.Der.Length is > 0 and <= Limits.BlobBytes && certificate.NotAfterMs is >= 0 and <= Limits.MaxTimeMs
            ? null
            : $"the command holds no valid certificate: a serial of 1 to {MaxSerial} hexadecimal digits, a key hash of {HashBytes} bytes, at most {Limits.BlobBytes} bytes of DER and an end of validity are needed";

    internal static string? SealingKeyProblem(ByteString key) => key.Length <= Limits.BlobBytes
        ? null
        : $"the sealing key has {key.Length} bytes, at most {Limits.BlobBytes} are allowed";

    internal static Certificate CertificateOf(CertificateRecord record) =>
        new(record.Serial.ToLowerInvariant(), record.KeyHash, record.Der, record.NotAfterMs);

    internal static MemberId MemberOf(string text) => MemberId.TryParse(text, out var member) ? member : MemberId.None;

    /// <summary>A new node from a checked record. What it says of itself are reported tags.</summary>
    internal static Node NodeOf(NodeRecord record, NodeState state, LogIndex index) => new()
    {
        Id = new NodeId(record.Id),
        Name = record.Name,
        Address = record.Address,
        Member = MemberOf(record.Member),
        State = state,
        Role = Words.TryParseRole(record.Role, out var role) ? role : NodeRole.Auto,
        Datacenter = record.Datacenter,
        Group = record.Group,
        Tags = TagSet.Empty,
        ReportedTags = TagSet.From(record.Tags),
        Version = record.Version,
        CommandVersion = record.CommandVersion,
        Certificate = CertificateOf(record.Certificate),
        SealingKey = record.SealingKey,
        Transitions = 0,
        Changed = index,
    };

    private static CertificateRecord Of(Certificate certificate) => new()
    {
        Serial = certificate.Serial,
        KeyHash = certificate.KeyHash,
        Der = certificate.Der,
        NotAfterMs = certificate.NotAfterMs,
    };
}
