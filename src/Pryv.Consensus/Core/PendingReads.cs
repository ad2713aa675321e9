using Pryv.Consensus.Quorum;

namespace Pryv.Consensus.Core;

/// <summary>
/// Reads at the leader (thesis, section 6.4): all that arrive while a round of heartbeats is out wait for the next one,
/// so that any number of reads costs one round at a time and no log write.
/// </summary>
internal sealed class PendingReads(int limit)
{
    private readonly List<(MemberId From, long Id)> _waiting = [];
    private readonly List<(MemberId From, long Id)> _inRound = [];
    private long _round;
    private LogIndex _index;

    public bool RoundIsOut => _inRound.Count > 0;

    public bool HasWaiting => _waiting.Count > 0;

    public bool TryAdd(MemberId from, long id)
    {
        if (_waiting.Count + _inRound.Count >= limit)
        {
            return false;
        }

        _waiting.Add((from, id));
        return true;
    }

    /// <summary>The waiting reads are confirmed by heartbeats of <paramref name="heartbeatRound"/>, sent after this call; they read as of <paramref name="commit"/>.</summary>
    public void Begin(long heartbeatRound, LogIndex commit)
    {
        InvariantException.Require(!RoundIsOut, "a round of reads is out already");
        (_round, _index) = (heartbeatRound, commit);
        _inRound.AddRange(_waiting);
        _waiting.Clear();
    }

    /// <summary>The reads that a quorum's answers confirm; empty when none yet.</summary>
    public IReadOnlyList<(MemberId From, long Id, LogIndex Index)> Confirm(JointQuorum quorum, Func<MemberId, long> answered)
    {
        if (!RoundIsOut || quorum.Result(id => answered(id) >= _round ? true : null) != VoteResult.Won)
        {
            return [];
        }

        var confirmed = _inRound.ConvertAll(r => (r.From, r.Id, _index));
        _inRound.Clear();
        return confirmed;
    }

    public IReadOnlyList<(MemberId From, long Id)> Fail()
    {
        var failed = _inRound.Concat(_waiting).ToList();
        _inRound.Clear();
        _waiting.Clear();
        return failed;
    }
}
