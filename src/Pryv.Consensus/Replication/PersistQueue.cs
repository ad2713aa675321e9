using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>
/// At most one write of the log is under way; all that comes meanwhile becomes the next one, so that any number of
/// proposals shares one flush.
/// </summary>
internal sealed class PersistQueue
{
    private Batch? underWay;
    private Batch? next;
    private long number;

    /// <summary>Nothing waits to become durable.</summary>
    public bool IsIdle => underWay is null && next is null;

    public void Add(Ready ready)
    {
        next ??= new Batch();
        next.HardState = ready.HardState ?? next.HardState;
        next.Add(ready.Entries);
        next.Messages.AddRange(ready.MessagesAfterPersist);
    }

    /// <summary>The write to begin now; null while one is under way or nothing waits.</summary>
    public ReplicaEffect.Persist? Begin()
    {
        if (underWay is not null || next is null)
        {
            return null;
        }

        (underWay, next) = (next, null);
        return new ReplicaEffect.Persist(++number, underWay.HardState, underWay.Entries);
    }

    /// <summary>The write under way is durable: the position that the log reaches by it, if it had entries, and the messages that waited for it.</summary>
    public (LogPosition? Reached, IReadOnlyList<Message> Messages) Complete(long batch)
    {
        InvariantException.Require(underWay is not null && batch == number, $"batch {batch} is not under way");
        var done = underWay!;
        underWay = null;
        var last = done.Entries.Count == 0 ? null : done.Entries[^1];
        return (last is null ? null : new LogPosition(last.Index, last.Term), done.Messages);
    }

    private sealed class Batch
    {
        public HardState? HardState { get; set; }

        public List<Entry> Entries { get; } = [];

        public List<Message> Messages { get; } = [];

        /// <summary>Entries that replace waiting ones take their place: they never reach the disk.</summary>
        public void Add(IReadOnlyList<Entry> entries)
        {
            if (entries.Count == 0)
            {
                return;
            }

            if (Entries.Count > 0 && entries[0].Index <= Entries[^1].Index)
            {
                var keep = (int)Math.Max(0, entries[0].Index - Entries[0].Index);
                Entries.RemoveRange(keep, Entries.Count - keep);
            }

            Entries.AddRange(entries);
        }
    }
}
