using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;

namespace Simulation;

/// <summary>One line for one thing.</summary>
public static class Describe
{
    public static string Of(Message message) => $"{message.From}→{message.To} t{message.Term} " + message switch
    {
        Message.PreVote m => $"PreVote last {Of(m.Last)}",
        Message.PreVoteReply m => $"PreVoteReply {Of(m.Granted)}",
        Message.Vote m => $"Vote last {Of(m.Last)}{(m.Transfer ? " transfer" : "")}",
        Message.VoteReply m => $"VoteReply {Of(m.Granted)}",
        Message.Append m => $"Append after {Of(m.Previous)} commit {m.Commit} [{string.Join(" ", m.Entries.Select(Of))}]",
        Message.AppendReply { Accepted: true } m => $"AppendReply has {m.Index}",
        Message.AppendReply m => $"AppendReply refuses {m.Index}, hint {Of(m.Hint)}",
        Message.Heartbeat m => $"Heartbeat commit {m.Commit} round {m.Round}",
        Message.HeartbeatReply m => $"HeartbeatReply round {m.Round}",
        Message.ReadIndex m => "ReadIndex",
        Message.ReadIndexReply m => $"ReadIndexReply {m.Index}",
        Message.TimeoutNow => "TimeoutNow",
        Message.SnapshotChunk m => $"SnapshotChunk {Of(m.Snapshot.Position)} bytes {m.Offset}+{m.Data.Length} of {m.Snapshot.Size}",
        Message.SnapshotReply m => $"SnapshotReply {m.Index} has {m.Offset}",
        _ => message.GetType().Name,
    };

    /// <summary>Voters plain, learners in brackets, witnesses with a w; the voters before a change behind a bar.</summary>
    public static string Of(Configuration configuration) =>
        $"{{{string.Join(" ", configuration.Members.Values.Select(Of))}{(configuration.IsJoint ? " | " + string.Join(" ", configuration.Outgoing.Keys) : "")}}}";

    public static string Of(LogPosition position) => $"{position.Index}/{position.Term}";

    public static string Of(Entry entry) => $"{entry.Index}/{entry.Term}{entry.Kind switch
    {
        EntryKind.Noop => "n",
        EntryKind.Configuration => Of(ConfigurationCodec.Decode(entry.Data)),
        _ => "",
    }}";

    public static string Of(HardState? state) =>
        state is { } s ? $"t{s.Term} vote {s.VotedFor} commit {s.Commit}" : "-";

    private static string Of(Member member) => member.Role switch
    {
        MemberRole.Learner => $"({member.Id})",
        MemberRole.Witness => $"{member.Id}w",
        _ => member.Id.ToString(),
    };

    private static string Of(bool granted) => granted ? "granted" : "refused";
}
