using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeWatch
{
    public static Verb Create(Kit kit)
    {
        var since = new Option<string>("--since") { Description = "Only changes after this position [default: the nodes now, then changes]", HelpName = "POSITION" };
        return new Verb("watch", "Print the nodes, then each change, until Ctrl-C (exit 130)", "pryvd node watch", "pryvd node watch -o json") { since }
        .Does(kit, call => new Watch(call).Follow(
            (position, options) => call.Daemon.Nodes.WatchNodes(new WatchNodesRequest { Since = position }, options),
            call.Value(since) ?? "",
            (NodeChange change) => change.Position,
            change => Print(call, change)));
    }

    private static void Print(Call call, NodeChange change)
    {
        var node = change.Node;
        var what = change.Removed ? "removed" : $"{Lines.State(node)}  {node.Role}  {node.Address}  {Lines.Tags(node.Tags)}";
        var json = new JsonObject { ["node"] = Shapes.Node(node), ["removed"] = change.Removed, ["position"] = JsonText.OrNull(change.Position) };
        call.Output.Item(json, $"{node.Name}  {what}".TrimEnd());
    }
}
