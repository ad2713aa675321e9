namespace Pryv.Consensus.Core;

/// <summary>Linearizable reads without a log write (thesis, section 6.4), at the leader and, by asking it, at every other member.</summary>
public sealed partial class RaftCore
{
    private readonly List<long> _forwardedReads = [];
    private int _forwardedElapsed;

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
            _forwardedElapsed = _forwardedReads.Count == 0 ? 0 : _forwardedElapsed;
            _forwardedReads.Add(id);
            Send(new Message.ReadIndex(Self, Leader, Term, id));
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
        if (_forwardedReads.Remove(m.Id))
        {
            _readOutcomes.Add(new ReadOutcome(m.Id, m.Index));
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
    private void TickForwardedRead()
    {
        if (_forwardedReads.Count > 0 && ++_forwardedElapsed >= _options.ElectionTicks)
        {
            FailForwardedReads();
        }
    }

    private void FailForwardedReads()
    {
        foreach (var id in _forwardedReads)
        {
            _readOutcomes.Add(new ReadOutcome(id, null));
        }

        _forwardedReads.Clear();
    }
}
