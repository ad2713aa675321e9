using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using System.Text.Json.Nodes;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeShow
{
    public static Verb Create(Kit kit)
    {
        var name = new Argument<string>("NODE") { Description = "Name or id of the node" };
        var stale = Flags.Stale();
        return new Verb("show", "Show one node and its history", "pryvd node show n2") { name, stale }.Does(kit, async call =>
        {
            var request = new GetNodeRequest { Node = call.Value(name), Mode = call.Mode(stale) };
            var reply = await call.Read(options => call.Daemon.Nodes.GetNodeAsync(request, options));
            if (call.Output.IsJson)
            {
                call.Output.Print(Shape(reply));
                return;
            }

            Facts(call, reply.Node).Print(call.Terminal);
            call.Terminal.Out.WriteLine();
            History(call, reply).Print(call.Terminal);
            call.Output.Age(reply.Info);
        });
    }

    private static JsonObject Shape(GetNodeReply reply)
    {
        var json = Shapes.Node(reply.Node);
        json["history"] = JsonText.Array(reply.History, Transition);
        json["info"] = Shapes.Info(reply.Info);
        return json;
    }

    private static JsonObject Transition(NodeTransition step) => new()
    {
        ["from"] = JsonText.OrNull(step.From),
        ["to"] = step.To,
        ["cause"] = JsonText.OrNull(step.Cause),
        ["actor"] = JsonText.OrNull(step.Actor),
        ["time"] = Times.Rfc3339(step.TimeMs),
        ["index"] = step.Index,
    };

    private static TextTable Facts(Call call, Node node) => new TextTable("NODE", node.Name)
        .Row("id", node.Id)
        .Row("state", Lines.State(node))
        .Row("role", node.Role)
        .Row("address", node.Address)
        .Row("member", node.Member)
        .Row("group", node.Group)
        .Row("datacenter", node.Datacenter)
        .Row("tags", Lines.Tags(node.Tags))
        .Row("version", node.Version)
        .Row("certificate", $"until {call.Output.Time(node.CertificateExpiresMs)}");

    private static TextTable History(Call call, GetNodeReply reply)
    {
        var table = new TextTable("WHEN", "FROM", "TO", "CAUSE", "BY");
        foreach (var step in reply.History)
        {
            table.Row(call.Output.Time(step.TimeMs), step.From, step.To, step.Cause, step.Actor);
        }

        return table;
    }
}
