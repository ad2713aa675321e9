using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarGet
{
    public static Verb Create(Kit kit)
    {
        var key = new Argument<string>("KEY") { Description = "The variable" };
        var scope = Flags.Scope();
        var reveal = Flags.Reveal();
        var stale = Flags.Stale();
        return new Verb(
            "get", "Print the value of one variable: a string bare, all else as JSON",
            "pryvd var get smtp_host", "pryvd var get --scope node/n1 rack -o json", "pryvd var get api_key --reveal") { key, scope, reveal, stale }
        .Does(kit, async call =>
        {
            var request = new GetVarRequest
            {
                Key = call.Value(key),
                Scope = call.Value(scope) ?? ScopeText.Default,
                Reveal = call.Value(reveal),
                Mode = call.Mode(stale),
            };
            var reply = await call.Read(options => call.Daemon.Vars.GetVarAsync(request, options));
            var json = Shapes.Var(reply.Var);
            json["info"] = Shapes.Info(reply.Info);
            call.Output.Print(json, JsonText.Bare(reply.Var.Json));
            call.Output.Age(reply.Info);
        });
    }
}
