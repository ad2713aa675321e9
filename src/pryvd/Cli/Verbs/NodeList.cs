using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeList
{
    public static Verb Create(Kit kit)
    {
        var stale = Flags.Stale();
        return new Verb("list", "List the nodes", "pryvd node list", "pryvd node list --stale -o json") { stale }.Does(kit, async call =>
        {
            var request = new ListNodesRequest { Mode = call.Mode(stale) };
            var reply = await call.Read(options => call.Daemon.Nodes.ListNodesAsync(request, options));
            var table = new TextTable("NAME", "STATE", "ROLE", "ADDRESS", "GROUP", "DATACENTER", "TAGS", "VERSION");
            foreach (var node in reply.Nodes)
            {
                table.Row(node.Name, Lines.State(node), node.Role, node.Address, node.Group, node.Datacenter, Lines.Tags(node.Tags), node.Version);
            }

            var json = new JsonObject { ["nodes"] = JsonText.Array(reply.Nodes, Shapes.Node), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, table, "there are no nodes.");
            call.Output.Age(reply.Info);
        });
    }
}
