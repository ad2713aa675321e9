using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarWatch
{
    public static Verb Create(Kit kit)
    {
        var scope = Flags.Scope("--scope", "Of this scope alone [default: all]");
        var prefix = new Option<string>("--prefix") { Description = "Whose keys begin with this", HelpName = "TEXT" };
        var since = new Option<string>("--since") { Description = "Only changes after this position [default: the variables now, then changes]", HelpName = "POSITION" };
        return new Verb(
            "watch", "Print variables and each change, until Ctrl-C (exit 130)", "pryvd var watch", "pryvd var watch --scope cluster -o json")
        { scope, prefix, since }.Does(kit, call => new Watch(call).Follow(
            (position, options) => call.Daemon.Vars.WatchVars(
                new WatchVarsRequest { Scope = call.Value(scope) ?? "", Prefix = call.Value(prefix) ?? "", Since = position }, options),
            call.Value(since) ?? "",
            (VarChange change) => change.Position,
            change => Print(call, change)));
    }

    private static void Print(Call call, VarChange change)
    {
        var json = Shapes.Var(change.Var);
        json["deleted"] = change.Deleted;
        json["position"] = JsonText.OrNull(change.Position);
        var value = change.Deleted ? "(deleted)" : JsonText.Bare(change.Var.Json);
        call.Output.Item(json, $"{change.Var.Scope}  {change.Var.Key}  {value}  version {change.Var.Version}");
    }
}
