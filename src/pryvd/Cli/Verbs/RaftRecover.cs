using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class RaftRecover
{
    public static Verb Create(Kit kit)
    {
        var yes = Flags.Yes();
        return new Verb(
            "recover", "After a majority was lost for good: begin a new epoch with this node alone. Do it on the survivor with the highest index ('pryvd status' on each), and on one only",
            "pryvd raft recover", "pryvd raft recover --yes -o json") { yes }
        .Does(kit, async call =>
        {
            var before = await call.Once(options => call.Daemon.Raft.RecoverAsync(new RecoverRequest(), options));
            await Question.Confirm(call, call.Value(yes), What(before));
            var after = await call.Once(options => call.Daemon.Raft.RecoverAsync(new RecoverRequest { Confirm = true }, options));
            call.Output.Print(Shape(after), $"This node goes on alone in epoch {after.Epoch}, from index {after.LastIndex}.", Visible.Of(after.Message));
        });
    }

    private static string What(RecoverReply reply) =>
        $"{reply.Message} This node has entries up to {reply.LastIndex}, of which it knows {reply.CommitIndex} to be committed; what others had beyond is lost. "
        + $"Members that must join again: {(reply.LostMembers.Count == 0 ? "none" : string.Join(", ", reply.LostMembers))}.";

    private static JsonObject Shape(RecoverReply reply) => new()
    {
        ["epoch"] = reply.Epoch,
        ["last_index"] = reply.LastIndex,
        ["commit_index"] = reply.CommitIndex,
        ["lost_members"] = JsonText.Array(reply.LostMembers, member => JsonValue.Create(member)),
        ["message"] = reply.Message,
    };
}
