using System.CommandLine;
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
        var key = new Option<string>("--recovery-key")
        {
            Description = "File with the recovery key that init wrote, where this node does not hold the cluster's keys; - for standard input", HelpName = "FILE",
        };
        var yes = Flags.Yes();
        return new Verb(
            "recover", "After a majority was lost for good: begin a new epoch with this node alone. Do it on the survivor with the highest index ('pryvd status' on each), and on one only",
            "pryvd raft recover", "pryvd raft recover --yes -o json") { key, yes }
        .Does(kit, async call =>
        {
            var secret = call.Value(key) is { } path ? await BoundedText.Secret(path, "recovery key", call.Terminal, call.Stop) : "";
            var before = await call.Once(options => call.Daemon.Raft.RecoverAsync(new RecoverRequest { RecoveryKey = secret }, options));
            await Question.Confirm(call, call.Value(yes), What(before));
            var after = await call.Once(options => call.Daemon.Raft.RecoverAsync(new RecoverRequest { Confirm = true, RecoveryKey = secret }, options));
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
