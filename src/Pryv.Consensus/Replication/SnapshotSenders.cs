using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>The leader's side of snapshots: takes one when somebody needs it and sends it to a bounded number of members at a time.</summary>
internal sealed class SnapshotSenders(ReplicaOptions options)
{
    private readonly Dictionary<MemberId, SnapshotSender> senders = [];
    private readonly HashSet<MemberId> waiting = [];
    private SnapshotMeta? available;
    private bool isTaking;

    /// <summary>The log must not be cut past here while the snapshot is on its way, or its receivers would need another one at once.</summary>
    public LogIndex? NeededFrom => senders.Count > 0 || waiting.Count > 0 ? available?.Position.Index ?? LogIndex.Zero : null;

    public void Want(IEnumerable<MemberId> members) => waiting.UnionWith(members.Where(m => !senders.ContainsKey(m)));

    public void Taken(SnapshotMeta snapshot)
    {
        isTaking = false;
        available = snapshot;
    }

    /// <summary>Those who wait are tried again later.</summary>
    public IReadOnlyList<MemberId> TakingFailed()
    {
        isTaking = false;
        var failed = waiting.ToList();
        waiting.Clear();
        return failed;
    }

    public SnapshotSender? Find(MemberId member) => senders.GetValueOrDefault(member);

    public void Clear()
    {
        senders.Clear();
        waiting.Clear();
    }

    /// <summary>Starts what can be started: sendings when a snapshot is there from which the log goes on, the taking of one otherwise.</summary>
    public IEnumerable<ReplicaEffect> Begin(RaftCore core)
    {
        if (waiting.Count == 0 || isTaking)
        {
            yield break;
        }

        if (available is null || available.Position.Index < core.Start.Index)
        {
            if (senders.Count == 0)
            {
                isTaking = true;
                yield return new ReplicaEffect.TakeSnapshot();
            }

            yield break;
        }

        foreach (var member in waiting.Order().Take(options.MaxSnapshotReceivers - senders.Count).ToList())
        {
            waiting.Remove(member);
            senders[member] = new SnapshotSender(member, available, options);
            yield return new ReplicaEffect.Send(senders[member].Probe(core.Self, core.Term));
        }
    }

    /// <summary>Drops the sendings that are done or no longer wanted; repeats questions that went unanswered; the members given up come back.</summary>
    public IReadOnlyList<MemberId> Tick(RaftCore core, ICollection<ReplicaEffect> effects)
    {
        var givenUp = new List<MemberId>();
        foreach (var (member, sender) in senders.ToList())
        {
            if (!core.NeedsSnapshot(member))
            {
                senders.Remove(member);
            }
            else if (sender.TickIsRetry())
            {
                effects.Add(new ReplicaEffect.Send(sender.Probe(core.Self, core.Term)));
                if (sender.IsGivenUp)
                {
                    senders.Remove(member);
                    givenUp.Add(member);
                }
            }
        }

        return givenUp;
    }
}
