namespace Pryv.Consensus.Core;

/// <summary>The way out: what the handlers left to be done is collected here and handed over as one <see cref="Ready"/>.</summary>
public sealed partial class RaftCore
{
    private List<Message> _messages = [];
    private List<Message> _messagesAfterPersist = [];
    private List<ReadOutcome> _readOutcomes = [];
    private List<Message.SnapshotChunk> _chunks = [];
    private HashSet<MemberId> _snapshotsWanted = [];
    private bool _stepDownAfterReady;

    /// <summary>Everything to be done now; it is handed out once. Null when there is nothing.</summary>
    /// <param name="withCommitted">False while the state machine has enough to do.</param>
    public Ready? TakeReady(bool withCommitted = true)
    {
        if (Role == RaftRole.Leader)
        {
            BeginReads();
            Replicate();
        }

        var entries = _log.HasUnpersisted ? _log.TakeUnpersisted() : [];
        if (entries.Count > 0 && Role == RaftRole.Leader)
        {
            // The leader's own disk counts like a follower's, by the same message (thesis, section 10.2.1).
            SendAfterPersist(new Message.AppendReply(Self, Self, Term, true, _log.Last, LogPosition.Zero));
        }

        var ready = new Ready(
            TakeHardState(entries.Count > 0),
            entries,
            Take(ref _messages, []),
            Take(ref _messagesAfterPersist, []),
            withCommitted && _log.HasCommitted ? _log.TakeCommitted(_options.MaxApplyBytes) : [],
            Take(ref _readOutcomes, []),
            Take(ref _chunks, []),
            [.. Take(ref _snapshotsWanted, [])]);
        StepDownIfRemoved();
        return IsNothing(ready) ? null : ready;
    }

    /// <summary>
    /// The commit index alone is no reason to write: it is a hint that rides along, and never past what is already on
    /// disk, so that a batch torn by a crash cannot leave a commit index without its entries.
    /// </summary>
    private HardState? TakeHardState(bool withEntries)
    {
        var state = new HardState(Term, _votedFor, LogIndex.Min(Commit, _log.Durable));
        var changed = state.Term != _persistedState.Term || state.VotedFor != _persistedState.VotedFor;
        if (!changed && (!withEntries || state == _persistedState))
        {
            return null;
        }

        _persistedState = state;
        return state;
    }

    private void StepDownIfRemoved()
    {
        if (_stepDownAfterReady)
        {
            _stepDownAfterReady = false;
            BecomeFollower(Term, MemberId.None);
        }
    }

    private void Send(Message message) => _messages.Add(message);

    private void SendAfterPersist(Message message) => _messagesAfterPersist.Add(message);

    private static bool IsNothing(Ready ready) =>
        !ready.MustPersist && ready.Messages.Count == 0 && ready.MessagesAfterPersist.Count == 0
        && ready.Committed.Count == 0 && ready.Reads.Count == 0 && ready.Chunks.Count == 0 && ready.SnapshotsWanted.Count == 0;

    private static T Take<T>(ref T collection, T next)
    {
        var taken = collection;
        collection = next;
        return taken;
    }
}
