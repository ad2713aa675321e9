using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentExplain
{
    public static Verb Create(Kit kit)
    {
        var instance = new Argument<string>("INSTANCE") { Description = "COMPONENT/NUMBER" };
        return new Verb("explain", "Say why an instance is where it is, and what it waits for", "pryvd component explain core/0") { instance }
        .Does(kit, async call =>
        {
            var request = new ExplainInstanceRequest { Instance = call.Value(instance) };
            var reply = await call.Read(options => call.Daemon.Components.ExplainInstanceAsync(request, options));
            if (call.Output.IsJson)
            {
                call.Output.Print(Shape(reply));
                return;
            }

            Print(call, reply);
        });
    }

    private static void Print(Call call, ExplainInstanceReply reply)
    {
        if (reply.Instance is { } instance)
        {
            call.Terminal.Out.WriteLine(Visible.Of(ComponentText.Line(instance)));
            call.Terminal.Out.WriteLine(Visible.Of(instance.Reason));
        }

        var table = new TextTable("NODE", "TAKEN", "POSSIBLE", "SCORE", "WHY");
        foreach (var node in reply.Nodes)
        {
            table.Row(node.Node, node.Taken ? "yes" : "", node.Possible ? "yes" : "no", node.Possible ? $"{node.Score}" : "", string.Join("; ", node.Reasons));
        }

        table.Print(call.Terminal);
        reply.Next.ToList().ForEach(line => call.Terminal.Out.WriteLine(Visible.Of("next: " + line)));
    }

    private static JsonObject Shape(ExplainInstanceReply reply) => new()
    {
        ["instance"] = reply.Instance is null ? null : ComponentShapes.Instance(reply.Instance),
        ["nodes"] = JsonText.Array(reply.Nodes, node => new JsonObject
        {
            ["node"] = node.Node,
            ["taken"] = node.Taken,
            ["possible"] = node.Possible,
            ["score"] = node.Possible ? node.Score : null,
            ["reasons"] = JsonText.Array(node.Reasons, reason => JsonValue.Create(reason)),
        }),
        ["next"] = JsonText.Array(reply.Next, line => JsonValue.Create(line)),
    };
}
