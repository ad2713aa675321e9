using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>
/// At most one write of the log is under way; all that comes meanwhile becomes the next one, so that any number of
/// proposals shares one flush.
/// </summary>
internal sealed class PersistQueue
{
    private Batch? _underWay;
    private Batch? _next;
    private long _number;
    private int _ticksUnderWay;

    /// <summary>Nothing waits to become durable.</summary>
    public bool IsIdle => _underWay is null && _next is null;

    /// <summary>Entries wait whose write has not begun.</summary>
    public bool HoldsEntries => _next?.Entries.Count > 0;

    /// <summary>A tick has passed; for how many the write under way has not come back.</summary>
    public int Tick() => _underWay is null ? 0 : ++_ticksUnderWay;

    public void Add(Ready ready)
    {
        _next ??= new Batch();
        _next.HardState = ready.HardState ?? _next.HardState;
        _next.Add(ready.Entries);
        _next.Messages.AddRange(ready.MessagesAfterPersist);
    }

    /// <summary>The write to begin now; null while one is under way or nothing waits.</summary>
    public ReplicaEffect.Persist? Begin()
    {
        if (_underWay is not null || _next is null)
        {
            return null;
        }

        (_underWay, _next, _ticksUnderWay) = (_next, null, 0);
        return new ReplicaEffect.Persist(++_number, _underWay.HardState, _underWay.Entries);
    }

    /// <summary>The write under way is durable: the position that the log reaches by it, if it had entries, and the messages that waited for it.</summary>
    public (LogPosition? Reached, IReadOnlyList<Message> Messages) Complete(long batch)
    {
        InvariantException.Require(_underWay is not null && batch == _number, $"batch {batch} is not under way");
        var done = _underWay!;
        _underWay = null;
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
