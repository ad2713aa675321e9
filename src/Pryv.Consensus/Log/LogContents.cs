namespace Pryv.Consensus.Log;

/// <summary>
/// What the segments of a log hold, in memory: replay and append keep it by the same rules. Not safe for several threads.
/// </summary>
internal sealed class LogContents(Segment first)
{
    /// <summary>Entries that stand further apart than this are read with two calls.</summary>
    private const int MaxGapBytes = 4096;

    private readonly List<Segment> _segments = [first];
    private Entry[] _configurations = [];
    private HardState _hardState = first.Header.HardState;

    public IReadOnlyList<Segment> Segments => _segments;

    public Segment Active => _segments[^1];

    public LogIdentity Identity => Active.Header.Identity;

    public LogBase Base => _segments[0].Header.Base;

    public LogIndex Last => Active.Index.Last;

    public IReadOnlyList<Entry> Configurations => _configurations;

    /// <summary>The hard state in force. What was compacted was committed, whatever the last flushed hint says.</summary>
    public HardState HardState
    {
        get => _hardState with { Commit = LogIndex.Max(_hardState.Commit, Base.Position.Index) };
        set => _hardState = value;
    }

    public Term TermAt(LogIndex index) => SegmentOf(index).Index.TermAt(index);

    /// <summary>The base that a segment has which begins after <paramref name="index"/>.</summary>
    public LogBase BaseAt(LogIndex index)
    {
        var configuration = Array.FindLast(_configurations, entry => entry.Index <= index)?.Data ?? Base.Configuration;
        return new LogBase(new LogPosition(index, TermAt(index)), configuration);
    }

    /// <summary>Takes a segment in; what the ones before it hold behind its base is void.</summary>
    public void Add(Segment segment)
    {
        Cut(segment.BaseIndex.Next());
        Active.Index.Trim();
        _segments.Add(segment);
        _hardState = segment.Header.HardState;
    }

    /// <summary>Takes in an entry of the active segment; it voids all entries from its index on.</summary>
    public void Add(Entry entry, Slot slot)
    {
        Cut(entry.Index);
        Active.Index.Add(entry.Index, entry.Term, slot);
        if (entry.Kind == EntryKind.Configuration)
        {
            _configurations = [.. _configurations, entry];
        }
    }

    /// <summary>Forgets the first <paramref name="count"/> segments and returns them.</summary>
    public IReadOnlyList<Segment> RemoveFirst(int count)
    {
        var removed = _segments.GetRange(0, count);
        _segments.RemoveRange(0, count);
        _configurations = Array.FindAll(_configurations, entry => entry.Index > Base.Position.Index);
        return removed;
    }

    /// <summary>How many segments may go when entries up to <paramref name="index"/> are no longer needed.</summary>
    public int CountUpTo(LogIndex index)
    {
        var lowest = Active.BaseIndex;
        for (var i = _segments.Count - 1; i > 0; i--)
        {
            // One with a lower base after it was cut by that one and cannot begin the log.
            lowest = LogIndex.Min(lowest, _segments[i].BaseIndex);
            if (_segments[i].BaseIndex == lowest && lowest <= index)
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>The places of entries from <paramref name="from"/> to at most <paramref name="to"/>: one, then as many as fit.</summary>
    public IReadOnlyList<EntryRun> Locate(LogIndex from, LogIndex to, int maxBytes)
    {
        var runs = new List<EntryRun>();
        List<Slot> slots = [];
        long room = maxBytes;
        to = LogIndex.Min(to, Last);
        RequireHeld(from);
        for (var index = from; index <= to; index = index.Next())
        {
            var segment = SegmentOf(index);
            var slot = segment.Index[index];
            room -= Entry.SizeOf(slot.Length);
            if (room < 0 && index != from)
            {
                break;
            }

            if (slots.Count == 0 || runs[^1].Segment != segment || slot.Offset - slots[^1].End > MaxGapBytes)
            {
                slots = [];
                runs.Add(new EntryRun(segment, index, slots));
            }

            slots.Add(slot);
        }

        return runs;
    }

    private Segment SegmentOf(LogIndex index)
    {
        for (var i = _segments.Count - 1; i >= 0; i--)
        {
            if (_segments[i].BaseIndex < index && index <= _segments[i].Index.Last)
            {
                return _segments[i];
            }
        }

        return _segments[0];
    }

    private void RequireHeld(LogIndex index)
    {
        if (index <= Base.Position.Index || index > Last)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"The log holds entries {Base.Position.Index.Next()} to {Last}.");
        }
    }

    private void Cut(LogIndex from)
    {
        if (from > Last)
        {
            return;
        }

        foreach (var segment in _segments)
        {
            segment.Index.CutFrom(from);
        }

        _configurations = Array.FindAll(_configurations, entry => entry.Index < from);
    }
}
