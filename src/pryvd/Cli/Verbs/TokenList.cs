using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class TokenList
{
    public static Verb Create(Kit kit)
    {
        var stale = Flags.Stale();
        return new Verb("list", "List tokens and who used them; the tokens themselves are nowhere kept", "pryvd token list") { stale }
        .Does(kit, async call =>
        {
            var request = new ListTokensRequest { Mode = call.Mode(stale) };
            var reply = await call.Read(options => call.Daemon.Tokens.ListTokensAsync(request, options));
            var table = new TextTable("ID", "STATE", "ROLE", "EXPIRES", "USED BY", "CREATED BY");
            foreach (var token in reply.Tokens)
            {
                table.Row(token.Id, token.State, token.Role, call.Output.Time(token.ExpiresMs), token.UsedBy, token.CreatedBy);
            }

            var json = new JsonObject { ["tokens"] = JsonText.Array(reply.Tokens, Shape), ["info"] = Shapes.Info(reply.Info) };
            call.Output.Print(json, table, "there are no tokens.");
            call.Output.Age(reply.Info);
        });
    }

    private static JsonObject Shape(TokenInfo token) => new()
    {
        ["id"] = token.Id,
        ["state"] = token.State,
        ["role"] = token.Role,
        ["expires"] = Times.Rfc3339(token.ExpiresMs),
        ["used_by"] = JsonText.OrNull(token.UsedBy),
        ["created_by"] = JsonText.OrNull(token.CreatedBy),
    };
}
