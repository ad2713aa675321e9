using Pryv.Consensus;

namespace Pryvd.Model.Rows;

/// <summary>A row of table nodes, under the node's id.</summary>
public static class NodeRow
{
    public static byte[] Write(Node node) => Public(node)
        .Tags("own_tags", node.Tags)
        .Tags("reported_tags", node.ReportedTags)
        .Object("certificate", Write(node.Certificate))
        .Bytes("sealing_key", node.SealingKey)
        .Number("transitions", node.Transitions)
        .Number("changed", node.Changed.Value)
        .End();

    /// <summary>What an event shows of a node.</summary>
    public static string Show(Node node) => Public(node).Tags("tags", node.EffectiveTags).EndText();

    public static Node Read(string key, string json) => RowReader.Read(key, json, row => new Node
    {
        Id = new NodeId(row.Text("id")),
        Name = row.Text("name"),
        Address = row.Text("address"),
        Member = ReadMember(row.Text("member")),
        State = ReadState(row.Text("state")),
        Role = ReadRole(row.Text("role")),
        Datacenter = row.Text("datacenter"),
        Group = row.Text("group"),
        Version = row.Text("version"),
        CommandVersion = row.Unsigned("command_version"),
        Tags = row.Tags("own_tags"),
        ReportedTags = row.Tags("reported_tags"),
        Certificate = ReadCertificate(row.Object("certificate")),
        SealingKey = row.Bytes("sealing_key"),
        Transitions = row.Number("transitions"),
        Changed = row.Index("changed"),
        Cordoned = row.Flag("cordoned"),
        Before = row.Text("before") is { Length: > 0 } before ? ReadState(before) : null,
    });

    public static NodeState ReadState(string word) =>
        Words.TryParseState(word, out var state) ? state : throw new FormatException($"'{word}' is no state of a node");

    private static CanonicalJson Public(Node node) => new CanonicalJson()
        .Text("id", node.Id.Value)
        .Text("name", node.Name)
        .Text("address", node.Address)
        .Text("member", node.MemberText)
        .Text("state", node.State.Word())
        .Text("before", node.Before?.Word() ?? "")
        .Flag("cordoned", node.Cordoned)
        .Text("role", node.Role.Word())
        .Text("datacenter", node.Datacenter)
        .Text("group", node.Group)
        .Text("version", node.Version)
        .Number("command_version", node.CommandVersion);

    private static CanonicalJson Write(Certificate certificate) => new CanonicalJson()
        .Text("serial", certificate.Serial)
        .Bytes("key_hash", certificate.KeyHash)
        .Bytes("der", certificate.Der)
        .Number("not_after_ms", certificate.NotAfterMs);

    private static Certificate ReadCertificate(RowReader row) =>
        new(row.Text("serial"), row.Bytes("key_hash"), row.Bytes("der"), row.Number("not_after_ms"));

    private static MemberId ReadMember(string text) =>
        text.Length == 0 ? MemberId.None : MemberId.TryParse(text, out var member) ? member : throw new FormatException($"'{text}' is no member id");

    private static NodeRole ReadRole(string word) =>
        Words.TryParseRole(word, out var role) ? role : throw new FormatException($"'{word}' is no role");
}
