using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class RaftDigest
{
    public static Verb Create(Kit kit)
    {
        var atLeast = new Option<long?>("--at-least") { Description = "Wait until this index is applied here", HelpName = "INDEX" };
        atLeast.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(long.TryParse(result.Tokens[0].Value, out var index) && index >= 0))
            {
                result.AddError("--at-least must be an index, a number from 0 on.");
            }
        });
        var stale = Flags.Stale();
        return new Verb(
            "digest", "A hash of this node's state; equal on all nodes at the same index", "pryvd raft digest", "pryvd raft digest --at-least 1200 -o json")
        { atLeast, stale }.Does(kit, async call =>
        {
            var request = new GetDigestRequest { AtLeast = call.Value(atLeast) ?? 0 };
            var reply = await call.Once(options => call.Daemon.Raft.GetDigestAsync(request, options));
            call.Output.Print(new JsonObject { ["index"] = reply.Index, ["digest"] = reply.Digest }, $"{reply.Index} {reply.Digest}");
        });
    }
}
