using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class TokenRevoke
{
    public static Verb Create(Kit kit)
    {
        var id = new Argument<string>("ID") { Description = "The token's id, as 'token list' shows it" };
        return new Verb("revoke", "Make a token useless", "pryvd token revoke 4k2m9x7q1z") { id }.Does(kit, async call =>
        {
            var reply = await call.Write((request, options) => call.Daemon.Tokens.RevokeTokenAsync(
                new RevokeTokenRequest { RequestId = request, Id = call.Value(id) }, options));
            call.Output.Print(Shapes.Write(reply), $"The token {Visible.Of(call.Value(id))} is revoked.");
        });
    }
}
