using Pryvd.Model.Components;

namespace Pryvd.Model.Rows;

/// <summary>A row of table assignments, under the instance. The spec is named by its version, so that a row stays small.</summary>
public static class AssignmentRow
{
    public static byte[] Write(Assignment item) => Fields(item).Number("changed", item.Changed.Value).End();

    /// <summary>What an event shows of an assignment; the decision's reason is part of it (O5).</summary>
    public static string Show(Assignment item, string nodeName) => Fields(item).Text("node_name", nodeName).EndText();

    /// <param name="specOf">The spec of a component in a version; it throws a <see cref="FormatException"/> when there is none.</param>
    public static Assignment Read(string key, string json, Func<string, long, ComponentSpec> specOf) => RowReader.Read(key, json, row => new Assignment
    {
        Instance = row.Instance(),
        Node = new NodeId(row.Text("node")),
        Generation = row.Number("generation"),
        SpecVersion = row.Number("spec_version"),
        RunVersion = row.Number("run_version"),
        Spec = specOf(row.Instance().Component, row.Number("spec_version")),
        Wanted = row.Flag("wanted"),
        HomeMade = row.Flag("home_made"),
        Restart = row.Number("restart"),
        Ports = ReadPorts(row.Object("ports")),
        Reason = row.Text("reason"),
        Changed = row.Index("changed"),
    });

    public static InstanceId Instance(this RowReader row) => InstanceId.TryParse(row.Text("instance"), out var id)
        ? id
        : throw new FormatException($"'{row.Text("instance")}' is no instance");

    private static CanonicalJson Fields(Assignment item) => new CanonicalJson()
        .Text("instance", item.Instance.ToString())
        .Text("node", item.Node.Value)
        .Number("generation", item.Generation)
        .Number("spec_version", item.SpecVersion)
        .Number("run_version", item.RunVersion)
        .Flag("wanted", item.Wanted)
        .Flag("home_made", item.HomeMade)
        .Number("restart", item.Restart)
        .Object("ports", item.Ports.OrderBy(port => port.Key, StringComparer.Ordinal)
            .Aggregate(new CanonicalJson(), (ports, port) => ports.Number(port.Key, port.Value)))
        .Text("reason", item.Reason);

    private static SortedDictionary<string, int> ReadPorts(RowReader row)
    {
        var ports = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in row.Names)
        {
            ports[name] = row.Int(name);
        }

        return ports;
    }
}
