namespace Pryv.Consensus.Log;

/// <summary>Where the living entries of a segment stand and of which terms they are: eight bytes an entry, as terms seldom change.</summary>
internal sealed class SegmentIndex(LogPosition start)
{
    private readonly List<LogPosition> _termStarts = [];
    private Slot[] _slots = [];
    private int _count;

    public LogIndex Last => start.Index + _count;

    public Slot this[LogIndex index] => _slots[Ordinal(index)];

    public void Add(LogIndex index, Term term, Slot slot)
    {
        if (index != Last.Next())
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The segment ends at {Last}.");
        }

        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(16, _count * 2));
        }

        if (_termStarts.Count == 0 || _termStarts[^1].Term != term)
        {
            _termStarts.Add(new LogPosition(index, term));
        }

        _slots[_count++] = slot;
    }

    public Term TermAt(LogIndex index)
    {
        if (index == start.Index)
        {
            return start.Term;
        }

        Ordinal(index);
        var run = _termStarts.Count - 1;
        while (_termStarts[run].Index > index)
        {
            run--;
        }

        return _termStarts[run].Term;
    }

    public void CutFrom(LogIndex index)
    {
        if (index > Last)
        {
            return;
        }

        _count = (int)Math.Max(0, index - start.Index - 1);
        _termStarts.RemoveAll(run => run.Index >= index);
    }

    /// <summary>Gives back what was held ready for more entries.</summary>
    public void Trim() => Array.Resize(ref _slots, _count);

    private int Ordinal(LogIndex index) =>
        index > start.Index && index <= Last
            ? (int)(index - start.Index - 1)
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The segment holds ({start.Index}, {Last}].");
}
