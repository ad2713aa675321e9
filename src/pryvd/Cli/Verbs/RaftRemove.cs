using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class RaftRemove
{
    public static Verb Create(Kit kit)
    {
        var member = new Argument<string>("MEMBER") { Description = "Node name, node id or member id" };
        var yes = Flags.Yes();
        return new Verb("remove", "Remove a member from the consensus group; a node whose member it is leaves the cluster with it", "pryvd raft remove n3 --yes") { member, yes }
        .Does(kit, async call =>
        {
            await Question.Confirm(
                call, call.Value(yes),
                $"{call.Value(member)} is removed from the consensus group and never comes back as the same member. If it is the member of a node, that node is decommissioned and needs a new token to come back.");
            var request = new RemoveMemberRequest { Member = call.Value(member) };
            var reply = await call.Once(options => call.Daemon.Raft.RemoveMemberAsync(request, options));
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(request.Member)} is no member any more.");
        });
    }
}
