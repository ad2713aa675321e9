using System.Globalization;

namespace Pryvd.Model.Rows;

/// <summary>A row of table node_history, under <c>NODE_ID:NUMBER</c>.</summary>
public static class NodeHistoryRow
{
    public static string Key(NodeId node, long number) => string.Create(CultureInfo.InvariantCulture, $"{node.Value}:{number:D10}");

    public static byte[] Write(NodeTransition transition) => new CanonicalJson()
        .Text("node", transition.Node.Value)
        .Number("number", transition.Number)
        .Text("from", transition.From?.Word() ?? "")
        .Text("to", transition.To.Word())
        .Text("cause", transition.Cause)
        .Actor("actor", transition.Actor)
        .Number("time_ms", transition.TimeMs)
        .Number("index", transition.Index.Value)
        .End();

    public static NodeTransition Read(string key, string json) => RowReader.Read(key, json, row => new NodeTransition(
        new NodeId(row.Text("node")),
        row.Number("number"),
        row.Text("from") is { Length: > 0 } from ? NodeRow.ReadState(from) : null,
        NodeRow.ReadState(row.Text("to")),
        row.Text("cause"),
        row.Actor("actor"),
        row.Number("time_ms"),
        row.Index("index")));
}
