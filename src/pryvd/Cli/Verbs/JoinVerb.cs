using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class JoinVerb
{
    private const string TokenVariable = "PRYVD_TOKEN";

    // Fetching the state of a large cluster included.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    public static Verb Create(Kit kit)
    {
        var peers = new Argument<string[]>("PEER") { Description = "HOST[:PORT] of a member; several may be given", Arity = ArgumentArity.OneOrMore };
        var tokenFile = new Option<string>("--token-file")
        {
            Description = "File with the token, - for standard input; else PRYVD_TOKEN. A token never stands on a command line, where all can read it",
            HelpName = "FILE",
        };
        var group = Flags.Group();
        var vars = Flags.Vars();
        return new Verb(
            "join", "Make this node a member of an existing cluster",
            "pryvd join 10.0.0.1 --token-file token", "pryvd join n1:7411 n2:7411 --token-file - --group eu --var rack=r2 < token")
        { peers, tokenFile, group, vars }.Does(kit, async call =>
        {
            var request = new JoinRequest { Group = call.Value(group) ?? "" };
            request.Peers.Add(call.Value(peers));
            request.Token = await Token(call, call.Value(tokenFile));
            request.Vars.Add(new Dictionary<string, string>(await VarText.ReadMap(call.Value(vars), call.Terminal, call.Stop)));
            using var stream = call.Daemon.Cluster.Join(request, call.StreamOptions(call.Timeout ?? _patience));
            await ProgressLines.Show(call, stream, "the join", "give the same command again: the token stays good for this node");
        });
    }

    private static async Task<string> Token(Call call, string? file)
    {
        if (file is not null)
        {
            return await BoundedText.Secret(file, "token", call.Terminal, call.Stop);
        }

        return call.Terminal.Environment(TokenVariable)?.Trim() is { Length: > 0 } token ? token : throw CliException.Usage(
            "A join needs a token, and none was given.",
            $"make one with 'pryvd token create' on a member, and give it by --token-file FILE, --token-file - or {TokenVariable}");
    }
}
