using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class NodeDecommission
{
    public static Verb Create(Kit kit)
    {
        var name = new Argument<string>("NODE") { Description = "Name or id of the node" };
        var cause = new Option<string>("--cause") { Description = "Why, for the history", HelpName = "TEXT" };
        var yes = Flags.Yes();
        return new Verb(
            "decommission", "Take a node out for good and revoke its certificate", "pryvd node decommission n3 --cause 'disk is dying'") { name, cause, yes }
        .Does(kit, async call =>
        {
            var node = call.Value(name);
            await Question.Confirm(call, call.Value(yes), $"{node} goes for good: its certificate is revoked, and it can come back only with a new token.");
            var reply = await call.Write((id, options) => call.Daemon.Nodes.DecommissionNodeAsync(
                new DecommissionNodeRequest { RequestId = id, Node = node, Cause = call.Value(cause) ?? "" }, options));
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(node)} is decommissioned.");
        });
    }
}
