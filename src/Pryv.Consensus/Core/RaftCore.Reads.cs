namespace Pryv.Consensus.Core;

/// <summary>Linearizable reads without a log write (thesis, section 6.4), at the leader and, by asking it, at every other member.</summary>
public sealed partial class RaftCore
{
    private readonly List<long> forwardedReads = [];
    private int forwardedElapsed;

    /// <summary>Asks from which index on a read is linearizable; the answer comes as a <see cref="ReadOutcome"/> with the same id.</summary>
    public void Read(long id)
    {
        if (Role == RaftRole.Leader)
        {
            AddRead(Self, id);
        }
        else if (Leader.IsNone || forwardedReads.Count >= options.MaxPendingReads)
        {
            readOutcomes.Add(new ReadOutcome(id, null));
        }
        else
        {
            forwardedElapsed = forwardedReads.Count == 0 ? 0 : forwardedElapsed;
            forwardedReads.Add(id);
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
        if (forwardedReads.Remove(m.Id))
        {
            readOutcomes.Add(new ReadOutcome(m.Id, m.Index));
        }
    }

    private void AddRead(MemberId from, long id)
    {
        if (!reads.TryAdd(from, id) && from == Self)
        {
            readOutcomes.Add(new ReadOutcome(id, null));
        }
    }

    /// <summary>Starts a round for the waiting reads unless one is out, or the leader does not know yet what is committed.</summary>
    private void BeginReads()
    {
        if (!reads.HasWaiting || reads.RoundIsOut || !HasCommittedInTerm)
        {
            return;
        }

        BroadcastHeartbeat();
        reads.Begin(round, Commit);
        ConfirmReads();
    }

    private void ConfirmReads()
    {
        var confirmed = reads.Confirm(Configuration.Quorum, id =>
            id == Self ? long.MaxValue : progress.TryGetValue(id, out var p) ? p.Round : 0);
        foreach (var (from, id, index) in confirmed)
        {
            if (from == Self)
            {
                readOutcomes.Add(new ReadOutcome(id, index));
            }
            else
            {
                Send(new Message.ReadIndexReply(Self, from, Term, id, index));
            }
        }
    }

    private void FailReads()
    {
        foreach (var (from, id) in reads.Fail())
        {
            if (from == Self)
            {
                readOutcomes.Add(new ReadOutcome(id, null));
            }
        }
    }

    /// <summary>The question or its answer may be lost: who asked tries again.</summary>
    private void TickForwardedRead()
    {
        if (forwardedReads.Count > 0 && ++forwardedElapsed >= options.ElectionTicks)
        {
            FailForwardedReads();
        }
    }

    private void FailForwardedReads()
    {
        foreach (var id in forwardedReads)
        {
            readOutcomes.Add(new ReadOutcome(id, null));
        }

        forwardedReads.Clear();
    }
}
