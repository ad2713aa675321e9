using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>The leader's side of snapshots: takes one when somebody needs it and sends it to a bounded number of members at a time.</summary>
internal sealed class SnapshotSenders(ReplicaOptions options)
{
    private readonly Dictionary<MemberId, SnapshotSender> _senders = [];
    private readonly HashSet<MemberId> _waiting = [];
    private readonly HashSet<MemberId> _givenUp = [];
    private SnapshotMeta? _available;
    private bool _isTaking;
    private int _pauseTicks;

    /// <summary>
    /// The log must not be cut past here while a snapshot is being taken or is on its way, or its receivers would need another
    /// one at once. Those who do not answer hold nothing back: a member that is gone must not let the log grow for ever.
    /// </summary>
    public LogIndex? NeededFrom => _isTaking
        ? LogIndex.Zero
        : _senders.Values.Where(s => s.PinsLog).Select(s => (LogIndex?)s.Snapshot.Position.Index).Min();

    /// <summary>Members that only a snapshot helps; a sending from which the log no longer goes on helps nobody.</summary>
    /// <param name="members">Who they are.</param>
    /// <param name="start">Where the log begins.</param>
    public void Want(IEnumerable<MemberId> members, LogIndex start)
    {
        foreach (var member in members.Where(m => Find(m) is not { } sender || sender.Snapshot.Position.Index < start))
        {
            _senders.Remove(member);
            _waiting.Add(member);
        }
    }

    public void Taken(SnapshotMeta snapshot)
    {
        _isTaking = false;
        _available = snapshot;
    }

    /// <summary>Those who wait are tried again later.</summary>
    public IReadOnlyList<MemberId> TakingFailed()
    {
        _isTaking = false;
        _pauseTicks = options.SnapshotPauseTicks;
        var failed = _waiting.ToList();
        _waiting.Clear();
        return failed;
    }

    public SnapshotSender? Find(MemberId member) => _senders.GetValueOrDefault(member);

    public void Clear()
    {
        _givenUp.Clear();
        _senders.Clear();
        _waiting.Clear();
    }

    /// <summary>Starts what can be started: sendings when a snapshot is there from which the log goes on, the taking of one otherwise.</summary>
    public IEnumerable<ReplicaEffect> Begin(RaftCore core)
    {
        if (_waiting.Count == 0 || _isTaking || _pauseTicks > 0)
        {
            yield break;
        }

        if (_available is null || _available.Position.Index < core.Start.Index)
        {
            if (_senders.Count == 0)
            {
                _isTaking = true;
                yield return new ReplicaEffect.TakeSnapshot();
            }

            yield break;
        }

        foreach (var member in _waiting.Order().Take(options.MaxSnapshotReceivers - _senders.Count).ToList())
        {
            _waiting.Remove(member);
            _senders[member] = new SnapshotSender(member, _available, _givenUp.Contains(member), options);
            yield return new ReplicaEffect.Send(_senders[member].Probe(core.Self, core.Term));
        }
    }

    /// <summary>Drops the sendings that are done or no longer wanted; repeats questions that went unanswered; the members given up come back.</summary>
    public IReadOnlyList<MemberId> Tick(RaftCore core, ICollection<ReplicaEffect> effects)
    {
        _pauseTicks = Math.Max(0, _pauseTicks - 1);
        var givenUp = new List<MemberId>();
        foreach (var (member, sender) in _senders.ToList())
        {
            if (sender.HasAnswered)
            {
                _givenUp.Remove(member);
            }

            if (!core.NeedsSnapshot(member))
            {
                _senders.Remove(member);
            }
            else if (sender.Snapshot.Position.Index < core.Start.Index)
            {
                // The log was cut meanwhile and does not go on from it: another one is wanted.
                _senders.Remove(member);
                _waiting.Add(member);
            }
            else if (sender.TickIsRetry())
            {
                effects.Add(new ReplicaEffect.Send(sender.Probe(core.Self, core.Term)));
                if (sender.IsGivenUp)
                {
                    _senders.Remove(member);
                    _givenUp.Add(member);
                    givenUp.Add(member);
                }
            }
        }

        return givenUp;
    }
}
