using System.CommandLine;
using System.Text.Json.Nodes;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeDrain
{
    public static Verb Create(Kit kit)
    {
        var (name, cause) = (NodeOperation.Name(), NodeOperation.Cause());
        var detach = new Option<bool>("--detach") { Description = "Do not wait until all that may go has gone [default: wait 5m, or --timeout]" };
        return new Verb(
            "drain", "Empty a node: it gets nothing new, and what may run elsewhere goes there, one instance of a component at a time",
            "pryvd node drain n2 --cause 'new disk'", "pryvd node drain n2 --timeout 20m") { name, cause, detach }
        .Does(kit, async call =>
        {
            var node = call.Value(name);
            var reply = await NodeOperation.Ask(call, "drain", node, call.Value(cause));
            var stays = call.Value(detach) ? [] : await new DrainWait(call, node).Run();
            var json = Shapes.Write(reply);
            json["stays"] = new JsonArray([.. stays.Select(id => JsonValue.Create(id))]);
            call.Output.Print(json, Said(Visible.Of(node), call.Value(detach), stays));
        });
    }

    private static string Said(string node, bool isDetached, IReadOnlyList<string> stays)
    {
        var end = "'pryvd node restore' ends that.";
        return isDetached ? $"{node} is being drained; 'pryvd component list' shows where its instances are; {end}"
            : stays.Count == 0 ? $"{node} is drained: nothing is left there; {end}"
            : $"{node} is drained; what waits for its home stays there: {string.Join(", ", stays.Select(Visible.Of))}; {end}";
    }
}
