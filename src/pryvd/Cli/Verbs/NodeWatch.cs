using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeWatch
{
    public static Verb Create(Kit kit) => new Verb(
        "watch", "Print the nodes, then each change, until Ctrl-C (exit 130)", "pryvd node watch", "pryvd node watch -o json")
    .Does(kit, async call =>
    {
        // The stream begins with all nodes each time it is opened; after a break only what is news is printed.
        var printed = new Dictionary<string, long>(StringComparer.Ordinal);
        await new Watch(call).Follow(
            (_, options) => call.Daemon.Nodes.WatchNodes(new WatchNodesRequest(), options),
            since: "",
            (NodeChange change) => change.Position,
            change => Print(call, printed, change));
    });

    private static void Print(Call call, Dictionary<string, long> printed, NodeChange change)
    {
        var node = change.Node;
        if (!change.Removed && printed.TryGetValue(node.Id, out var index) && index >= node.ChangedIndex)
        {
            return;
        }

        printed[node.Id] = node.ChangedIndex;
        if (change.Removed)
        {
            printed.Remove(node.Id);
        }

        var what = change.Removed ? "removed" : $"{node.State}  {node.Role}  {node.Address}  {Lines.Tags(node.Tags)}";
        var json = new JsonObject { ["node"] = Shapes.Node(node), ["removed"] = change.Removed, ["position"] = change.Position };
        call.Output.Item(json, $"{node.Name}  {what}".TrimEnd());
    }
}
