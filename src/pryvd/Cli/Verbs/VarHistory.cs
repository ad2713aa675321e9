using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarHistory
{
    public static Verb Create(Kit kit)
    {
        var key = new Argument<string>("KEY") { Description = "The variable" };
        var scope = Flags.Scope();
        var stale = Flags.Stale();
        return new Verb("history", "Who set a variable to what, newest first", "pryvd var history smtp_host") { key, scope, stale }
        .Does(kit, async call =>
        {
            var request = new GetVarHistoryRequest { Key = call.Value(key), Scope = call.Value(scope) ?? ScopeText.Default, Mode = call.Mode(stale) };
            var reply = await call.Read(options => call.Daemon.Vars.GetVarHistoryAsync(request, options));
            var table = new TextTable("VERSION", "VALUE", "CHANGED", "BY");
            foreach (var version in reply.Versions)
            {
                var value = version.Deleted ? "(deleted)" : JsonText.Bare(version.Var.Json);
                table.Row($"{version.Var.Version}", value, call.Output.Time(version.Var.TimeMs), version.Var.Actor);
            }

            var json = new JsonObject { ["versions"] = JsonText.Array(reply.Versions, Shape), ["info"] = Shapes.Info(reply.Info), ["left_out"] = reply.LeftOut };
            call.Output.Print(json, table, "no version of it is kept.");
            if (reply.LeftOut > 0)
            {
                Report.Note(call.Terminal, $"{reply.LeftOut} older versions are kept, but did not fit into one answer.");
            }

            call.Output.Age(reply.Info);
        });
    }

    private static JsonObject Shape(VarVersion version)
    {
        var json = Shapes.Var(version.Var);
        json["deleted"] = version.Deleted;
        return json;
    }
}
