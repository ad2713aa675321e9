namespace Pryv.Consensus.Core;

/// <summary>
/// What the core wants done, in this order of dependence: <see cref="Messages"/> may go at once; <see cref="HardState"/>
/// and <see cref="Entries"/> are to be made durable, and only then <see cref="MessagesAfterPersist"/> go and
/// <see cref="RaftCore.Persisted"/> is called; <see cref="Committed"/> may be applied.
/// </summary>
/// <param name="HardState">Null when it has not changed.</param>
/// <param name="Entries">Entries to append; the first may replace entries that are there.</param>
/// <param name="Messages">To send at once.</param>
/// <param name="MessagesAfterPersist">To send, or to step back in when addressed to this member, once all handed out so far is durable.</param>
/// <param name="Committed">To apply, in order; all of them are durable here.</param>
/// <param name="Reads">Reads that may be answered once <see cref="ReadOutcome.Index"/> is applied, or that failed.</param>
/// <param name="Chunks">Pieces of a snapshot from the present leader, to be kept and answered.</param>
/// <param name="SnapshotsWanted">Members that only a snapshot helps.</param>
public sealed record Ready(
    HardState? HardState,
    IReadOnlyList<Entry> Entries,
    IReadOnlyList<Message> Messages,
    IReadOnlyList<Message> MessagesAfterPersist,
    IReadOnlyList<Entry> Committed,
    IReadOnlyList<ReadOutcome> Reads,
    IReadOnlyList<Message.SnapshotChunk> Chunks,
    IReadOnlyList<MemberId> SnapshotsWanted)
{
    /// <summary>Whether anything must be on disk before <see cref="MessagesAfterPersist"/> may go.</summary>
    public bool MustPersist => HardState is not null || Entries.Count > 0;
}
