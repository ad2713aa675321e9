namespace Pryv.Consensus.Core;

/// <summary>What members say to each other. <paramref name="Term"/> is the sender's, except in a pre-vote, where it is the one that it would campaign in.</summary>
public abstract record Message(MemberId From, MemberId To, Term Term)
{
    /// <summary>Would you vote for me? Asked before a term is spent (thesis, section 9.6).</summary>
    public sealed record PreVote(MemberId From, MemberId To, Term Term, LogPosition Last) : Message(From, To, Term);

    public sealed record PreVoteReply(MemberId From, MemberId To, Term Term, bool Granted) : Message(From, To, Term);

    /// <summary>RequestVote (Raft, figure 2). <paramref name="Transfer"/> says that the leader itself asked for this election.</summary>
    public sealed record Vote(MemberId From, MemberId To, Term Term, LogPosition Last, bool Transfer) : Message(From, To, Term);

    public sealed record VoteReply(MemberId From, MemberId To, Term Term, bool Granted) : Message(From, To, Term);

    /// <summary>AppendEntries (Raft, figure 2).</summary>
    public sealed record Append(
        MemberId From, MemberId To, Term Term, LogPosition Previous, LogIndex Commit, IReadOnlyList<Entry> Entries)
        : Message(From, To, Term);

    /// <summary>
    /// Accepted: everything up to <paramref name="Index"/> is on the sender's disk and matches. Refused: the entry at
    /// <paramref name="Index"/> did not match, and <paramref name="Hint"/> is the last position that may.
    /// </summary>
    public sealed record AppendReply(MemberId From, MemberId To, Term Term, bool Accepted, LogIndex Index, LogPosition Hint)
        : Message(From, To, Term);

    /// <summary>The leader is there. <paramref name="Round"/> comes back in the reply, so that a quorum of replies confirms the leader as of when it was sent.</summary>
    public sealed record Heartbeat(MemberId From, MemberId To, Term Term, LogIndex Commit, long Round) : Message(From, To, Term);

    public sealed record HeartbeatReply(MemberId From, MemberId To, Term Term, long Round) : Message(From, To, Term);

    /// <summary>A follower asks from which index on a read is linearizable (thesis, section 6.4).</summary>
    public sealed record ReadIndex(MemberId From, MemberId To, Term Term, long Id) : Message(From, To, Term);

    public sealed record ReadIndexReply(MemberId From, MemberId To, Term Term, long Id, LogIndex Index) : Message(From, To, Term);

    /// <summary>Campaign at once (thesis, section 3.10).</summary>
    public sealed record TimeoutNow(MemberId From, MemberId To, Term Term) : Message(From, To, Term);

    /// <summary>One piece of a snapshot (Raft, section 7). A piece without data asks how far the receiver is.</summary>
    public sealed record SnapshotChunk(
        MemberId From, MemberId To, Term Term, SnapshotMeta Snapshot, long Offset, ReadOnlyMemory<byte> Data)
        : Message(From, To, Term);

    /// <summary>The receiver has everything before <paramref name="Offset"/> of the snapshot at <paramref name="Index"/>.</summary>
    public sealed record SnapshotReply(MemberId From, MemberId To, Term Term, LogIndex Index, long Offset) : Message(From, To, Term);
}
