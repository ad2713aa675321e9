namespace Pryvd.Model.Rows;

/// <summary>A row of table graces, under the node's id.</summary>
public static class GraceRow
{
    public static byte[] Write(NodeId node, long graceMs) => new CanonicalJson().Text("node", node.Value).Number("grace_ms", graceMs).End();

    public static KeyValuePair<NodeId, long> Read(string key, string json) => RowReader.Read(key, json, row =>
        KeyValuePair.Create(new NodeId(row.Text("node")), row.Number("grace_ms")));
}
