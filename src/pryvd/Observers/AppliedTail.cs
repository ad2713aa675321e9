using Pryv.Consensus;

namespace Pryvd.Observers;

/// <summary>The entries applied last, in a ring in memory: observers that keep up are served from here, without a look at the disk.</summary>
internal sealed class AppliedTail(int maxEntries = AppliedTail.DefaultEntries, long maxBytes = AppliedTail.DefaultBytes)
{
    private const int DefaultEntries = 16_384;
    private const long DefaultBytes = 8 << 20;

    private readonly Lock _gate = new();
    private readonly Entry?[] _ring = new Entry?[maxEntries];
    private LogIndex _last = LogIndex.Zero;
    private int _count;
    private long _bytes;

    public void Add(IReadOnlyList<Entry> applied)
    {
        lock (_gate)
        {
            foreach (var entry in applied)
            {
                if (_count == maxEntries)
                {
                    DropOldest();
                }

                At(entry.Index) = entry;
                (_last, _count, _bytes) = (entry.Index, _count + 1, _bytes + entry.Size);
            }

            while (_bytes > maxBytes)
            {
                DropOldest();
            }
        }
    }

    /// <summary>A snapshot took the place of what was applied.</summary>
    public void Clear() => Trim();

    /// <summary>Lets go of all; where there is no log, those that did not keep up get a snapshot then. Returns how many bytes it was.</summary>
    public long Trim()
    {
        lock (_gate)
        {
            var bytes = _bytes;
            Array.Clear(_ring);
            (_count, _bytes) = (0, 0);
            return bytes;
        }
    }

    /// <summary>Entries after an index, at least one; null when the next one is not here.</summary>
    public IReadOnlyList<Entry>? TryRead(LogIndex after, int room)
    {
        lock (_gate)
        {
            if (after < _last - _count || after >= _last)
            {
                return null;
            }

            var found = new List<Entry>();
            for (var index = after.Next(); index <= _last && (found.Count == 0 || room >= At(index)!.Size); index = index.Next())
            {
                found.Add(At(index)!);
                room -= At(index)!.Size;
            }

            return found;
        }
    }

    private ref Entry? At(LogIndex index) => ref _ring[index.Value % maxEntries];

    private void DropOldest()
    {
        ref var oldest = ref At(_last - (_count - 1));
        (_count, _bytes) = (_count - 1, _bytes - oldest!.Size);
        oldest = null;
    }
}
