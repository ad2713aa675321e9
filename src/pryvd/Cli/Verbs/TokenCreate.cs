using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class TokenCreate
{
    private static readonly TimeSpan _day = TimeSpan.FromHours(24);

    public static Verb Create(Kit kit)
    {
        var ttl = Flags.Duration("--ttl", "How long it is good for, for example 30m, 24h or 7d [default: 24h]");
        var role = Flags.OneOf("--role", "What the node becomes [default: auto]", "auto", "voter", "observer", "witness");
        ttl.Validators.Add(result => AtLeastASecond(result));
        return new Verb(
            "create", "Make a token that admits one node", "pryvd token create", "pryvd token create --ttl 1h --role witness -o json") { ttl, role }
        .Does(kit, async call =>
        {
            var seconds = (long)(call.Value(ttl) ?? _day).TotalSeconds;
            var reply = await call.Write((id, options) => call.Daemon.Tokens.CreateTokenAsync(
                new CreateTokenRequest { RequestId = id, TtlSeconds = seconds, Role = call.Value(role) ?? "auto" }, options));
            call.Output.Print(
                Shape(reply), reply.Token, "", $"id {reply.Id}, role {reply.Role}, good for one node until {call.Output.Time(reply.ExpiresMs)}.", "On the new node, with the token in a file:", "", reply.JoinLine);
        });
    }

    private static void AtLeastASecond(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.Tokens.Count == 1 && DurationText.TryParse(result.Tokens[0].Value, out var ttl) && ttl < TimeSpan.FromSeconds(1))
        {
            result.AddError("--ttl must be at least 1s.");
        }
    }

    private static JsonObject Shape(CreateTokenReply reply) => new()
    {
        ["token"] = reply.Token,
        ["id"] = reply.Id,
        ["expires"] = Times.Rfc3339(reply.ExpiresMs),
        ["role"] = reply.Role,
        ["join_line"] = reply.JoinLine,
    };
}
