using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarList
{
    public static Verb Create(Kit kit)
    {
        var scope = Flags.Scope("--scope", "Of this scope alone [default: all]");
        var prefix = new Option<string>("--prefix") { Description = "Whose keys begin with this", HelpName = "TEXT" };
        var reveal = Flags.Reveal();
        var stale = Flags.Stale();
        return new Verb("list", "List variables", "pryvd var list", "pryvd var list --scope group/eu --prefix smtp_") { scope, prefix, reveal, stale }
        .Does(kit, async call =>
        {
            var request = new ListVarsRequest
            {
                Scope = call.Value(scope) ?? "",
                Prefix = call.Value(prefix) ?? "",
                Reveal = call.Value(reveal),
                Mode = call.Mode(stale),
            };
            var reply = await Pages.All(call, request);
            var json = new JsonObject { ["vars"] = JsonText.Array(reply.Vars, Shapes.Var), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, Table(call, reply.Vars), "there are no variables here.");
            call.Output.Age(reply.Info);
        });
    }

    private static TextTable Table(Call call, IEnumerable<Var> vars)
    {
        var table = new TextTable("SCOPE", "KEY", "VALUE", "VERSION", "CHANGED", "BY");
        foreach (var var in vars)
        {
            table.Row(var.Scope, var.Key, JsonText.Bare(var.Json), $"{var.Version}", call.Output.Time(var.TimeMs), var.Actor);
        }

        return table;
    }
}
