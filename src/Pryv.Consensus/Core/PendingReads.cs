using Pryv.Consensus.Quorum;

namespace Pryv.Consensus.Core;

/// <summary>
/// Reads at the leader (thesis, section 6.4): all that arrive while a round of heartbeats is out wait for the next one,
/// so that any number of reads costs one round at a time and no log write.
/// </summary>
internal sealed class PendingReads(int limit)
{
    private readonly List<(MemberId From, long Id)> waiting = [];
    private readonly List<(MemberId From, long Id)> inRound = [];
    private long round;
    private LogIndex index;

    public bool RoundIsOut => inRound.Count > 0;

    public bool HasWaiting => waiting.Count > 0;

    public bool TryAdd(MemberId from, long id)
    {
        if (waiting.Count + inRound.Count >= limit)
        {
            return false;
        }

        waiting.Add((from, id));
        return true;
    }

    /// <summary>The waiting reads are confirmed by heartbeats of <paramref name="heartbeatRound"/>, sent after this call; they read as of <paramref name="commit"/>.</summary>
    public void Begin(long heartbeatRound, LogIndex commit)
    {
        InvariantException.Require(!RoundIsOut, "a round of reads is out already");
        (round, index) = (heartbeatRound, commit);
        inRound.AddRange(waiting);
        waiting.Clear();
    }

    /// <summary>The reads that a quorum's answers confirm; empty when none yet.</summary>
    public IReadOnlyList<(MemberId From, long Id, LogIndex Index)> Confirm(JointQuorum quorum, Func<MemberId, long> answered)
    {
        if (!RoundIsOut || quorum.Result(id => answered(id) >= round ? true : null) != VoteResult.Won)
        {
            return [];
        }

        var confirmed = inRound.ConvertAll(r => (r.From, r.Id, index));
        inRound.Clear();
        return confirmed;
    }

    public IReadOnlyList<(MemberId From, long Id)> Fail()
    {
        var failed = inRound.Concat(waiting).ToList();
        inRound.Clear();
        waiting.Clear();
        return failed;
    }
}
