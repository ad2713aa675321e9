using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarResolve
{
    public static Verb Create(Kit kit)
    {
        var node = new Option<string>("--node") { Description = "As this node sees them", HelpName = "N", Required = true };
        var component = new Option<string>("--component") { Description = "And this component on it", HelpName = "C" };
        var reveal = Flags.Reveal();
        var stale = Flags.Stale();
        return new Verb(
            "resolve", "What a component on a node sees, and what each value hides (component > node > group > cluster)",
            "pryvd var resolve --node n1", "pryvd var resolve --node n1 --component core -o json") { node, component, reveal, stale }
        .Does(kit, async call =>
        {
            var request = new ResolveVarsRequest
            {
                Node = call.Value(node)!,
                Component = call.Value(component) ?? "",
                Reveal = call.Value(reveal),
                Mode = call.Mode(stale),
            };
            var reply = await call.Read(options => call.Daemon.Vars.ResolveVarsAsync(request, options));
            var table = new TextTable("KEY", "VALUE", "FROM", "HIDES");
            foreach (var (var, hidden) in reply.Vars.Select(resolved => (resolved.Var, resolved.Hidden)))
            {
                table.Row(var.Key, JsonText.Bare(var.Json), var.Scope, string.Join(", ", hidden.Select(other => $"{JsonText.Bare(other.Json)} ({other.Scope})")));
            }

            var json = new JsonObject { ["vars"] = JsonText.Array(reply.Vars, Shape), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, table, "nothing is set for it.");
            call.Output.Age(reply.Info);
        });
    }

    private static JsonObject Shape(ResolvedVar resolved)
    {
        var json = Shapes.Var(resolved.Var);
        json["hidden"] = JsonText.Array(resolved.Hidden, Shapes.Var);
        return json;
    }
}
