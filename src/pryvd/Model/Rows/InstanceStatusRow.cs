using Pryvd.Model.Components;

namespace Pryvd.Model.Rows;

/// <summary>A row of table instance_statuses, under the instance.</summary>
public static class InstanceStatusRow
{
    public static byte[] Write(InstanceStatus item) => Fields(item)
        .Number("since_ms", item.SinceMs)
        .Number("changed", item.Changed.Value)
        .End();

    /// <summary>What an event shows of a status.</summary>
    public static string Show(InstanceStatus item) => Fields(item).EndText();

    public static InstanceStatus Read(string key, string json) => RowReader.Read(key, json, row => new InstanceStatus(
        row.Instance(),
        new NodeId(row.Text("node")),
        row.Number("generation"),
        row.Number("spec_version"),
        row.Number("restart"),
        row.Choice<InstanceState>("state"),
        row.Text("detail"),
        row.Number("since_ms"),
        row.Index("changed")));

    private static CanonicalJson Fields(InstanceStatus item) => new CanonicalJson()
        .Text("instance", item.Instance.ToString())
        .Text("node", item.Node.Value)
        .Number("generation", item.Generation)
        .Number("spec_version", item.SpecVersion)
        .Number("restart", item.Restart)
        .Text("state", item.State.Word())
        .Text("detail", item.Detail);
}
