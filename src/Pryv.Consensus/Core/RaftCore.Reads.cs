namespace Pryv.Consensus.Core;

/// <summary>Linearizable reads without a log write (thesis, section 6.4), at the leader and, by asking it, at every other member.</summary>
public sealed partial class RaftCore
{
    /// <summary>By the id that the leader was given, oldest first. The ids are this life's own: an answer to a question of before, though its caller used the same number, speaks of before.</summary>
    private readonly SortedDictionary<long, (long Id, long AskedAt)> _forwardedReads = [];
    private long _nextReadId;
    private long _ticks;

    /// <summary>Asks from which index on a read is linearizable; the answer comes as a <see cref="ReadOutcome"/> with the same id.</summary>
    public void Read(long id)
    {
        if (Role == RaftRole.Leader)
        {
            AddRead(Self, id);
        }
        else if (Leader.IsNone || _forwardedReads.Count >= _options.MaxPendingReads)
        {
            _readOutcomes.Add(new ReadOutcome(id, null));
        }
        else
        {
            _forwardedReads.Add(++_nextReadId, (id, _ticks));
            Send(new Message.ReadIndex(Self, Leader, Term, _nextReadId));
        }
    }

    private void OnReadIndex(Message.ReadIndex m)
    {
        if (Role == RaftRole.Leader)
        {
            AddRead(m.From, m.Id);
        }
    }

    private void OnReadIndexReply(Message.ReadIndexReply m)
    {
        if (_forwardedReads.Remove(m.Id, out var read))
        {
            _readOutcomes.Add(new ReadOutcome(read.Id, m.Index));
        }
    }

    private void AddRead(MemberId from, long id)
    {
        if (!_reads.TryAdd(from, id) && from == Self)
        {
            _readOutcomes.Add(new ReadOutcome(id, null));
        }
    }

    /// <summary>Starts a round for the waiting reads unless one is out, or the leader does not know yet what is committed.</summary>
    private void BeginReads()
    {
        if (!_reads.HasWaiting || _reads.RoundIsOut || !HasCommittedInTerm)
        {
            return;
        }

        BroadcastHeartbeat();
        _reads.Begin(_round, Commit);
        ConfirmReads();
    }

    private void ConfirmReads()
    {
        var confirmed = _reads.Confirm(Configuration.Quorum, id =>
            id == Self ? long.MaxValue : _progress.TryGetValue(id, out var p) ? p.Round : 0);
        foreach (var (from, id, index) in confirmed)
        {
            if (from == Self)
            {
                _readOutcomes.Add(new ReadOutcome(id, index));
            }
            else
            {
                Send(new Message.ReadIndexReply(Self, from, Term, id, index));
            }
        }
    }

    private void FailReads()
    {
        foreach (var (from, id) in _reads.Fail())
        {
            if (from == Self)
            {
                _readOutcomes.Add(new ReadOutcome(id, null));
            }
        }
    }

    /// <summary>The question or its answer may be lost: who asked tries again.</summary>
    private void TickForwardedReads()
    {
        _ticks++;
        while (_forwardedReads.Count > 0 && _forwardedReads.First() is var (sent, read) && _ticks - read.AskedAt >= _options.ElectionTicks)
        {
            _forwardedReads.Remove(sent);
            _readOutcomes.Add(new ReadOutcome(read.Id, null));
        }
    }

    private void FailForwardedReads()
    {
        foreach (var read in _forwardedReads.Values)
        {
            _readOutcomes.Add(new ReadOutcome(read.Id, null));
        }

        _forwardedReads.Clear();
    }
}
