using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class VarSet
{
    public static Verb Create(Kit kit)
    {
        var pairs = new Argument<string[]>("KEY=VALUE")
        {
            Description = "VALUE is JSON if it parses as JSON, else a string; @FILE and - (standard input) stand for their content, less one last newline",
            Arity = ArgumentArity.OneOrMore,
        };
        pairs.Validators.Add(Flags.CheckPairs);
        var scope = Flags.Scope();
        var text = new Option<bool>("--string") { Description = "Every VALUE is a string, even if it looks like JSON" };
        var json = new Option<bool>("--json") { Description = "Every VALUE must be JSON" };
        var secret = new Option<bool>("--secret") { Description = "Seal the value; it is masked everywhere but with --reveal" };
        var ifVersion = Flags.IfVersion();
        var verb = new Verb(
            "set", "Set variables, all or none",
            "pryvd var set smtp_host=mail.example.com smtp_port=25", "pryvd var set --scope group/eu 'limits={\"users\": 500}'",
            "pryvd var set --secret api_key=- < key.txt", "pryvd var set --if-version 3 replicas=5") { pairs, scope, text, json, secret, ifVersion };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(text) && result.GetValue(json))
            {
                result.AddError("--string and --json cannot both hold; give one.");
            }

            if (result.GetResult(ifVersion) is not null && result.GetResult(pairs) is { Tokens.Count: > 1 })
            {
                result.AddError("--if-version goes with one variable; give one KEY=VALUE.");
            }
        });
        return verb.Does(kit, async call =>
        {
            var reading = call.Value(text) ? VarText.Reading.Text : call.Value(json) ? VarText.Reading.Json : VarText.Reading.Guess;
            var assignments = await VarText.Read(call.Value(pairs), reading, call.Terminal, call.Stop);
            await Set(call, call.Value(scope) ?? ScopeText.Default, assignments, call.Value(secret), call.Value(ifVersion));
        });
    }

    private static async Task Set(Call call, string scope, IReadOnlyList<VarAssignment> assignments, bool secret, long? ifVersion)
    {
        var request = new SetVarsRequest { Scope = scope };
        foreach (var assignment in assignments)
        {
            assignment.Secret = secret;
            if (ifVersion is { } version)
            {
                assignment.IfVersion = version;
            }

            request.Vars.Add(assignment);
        }

        Print(call, request, await Send(call, request));
    }

    /// <summary>The one write of set and import.</summary>
    public static Task<WriteReply> Send(Call call, SetVarsRequest request) => call.Write((id, options) =>
    {
        request.RequestId = id;
        return call.Daemon.Vars.SetVarsAsync(request, options);
    });

    private static void Print(Call call, SetVarsRequest request, WriteReply reply)
    {
        var versions = request.Vars.Zip(reply.Versions, (var, version) => (var.Key, Version: version)).ToList();
        var json = Shapes.Write(reply);
        json["vars"] = JsonText.Array(versions, set => new JsonObject { ["key"] = set.Key, ["scope"] = request.Scope, ["version"] = set.Version });
        call.Output.Print(json, [.. versions.Select(set => $"{Visible.Of(set.Key)} is set in {request.Scope}, version {set.Version}.")]);
    }
}
