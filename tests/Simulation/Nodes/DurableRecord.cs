using Pryv.Consensus;
using Pryv.Consensus.Log;

namespace Simulation;

/// <summary>What a member has on its platter for sure: kept beside the log, by what was flushed, so that checks need not believe the code under test.</summary>
public sealed class DurableRecord
{
    private readonly List<Term> _terms = [];
    private LogPosition _base;

    public HardState HardState { get; private set; }

    public LogIndex Last => _base.Index + _terms.Count;

    public static DurableRecord Of(DurableLog log)
    {
        var record = new DurableRecord();
        record.Reset(log.Base.Position, log.HardState);
        for (var index = log.First; index <= log.Last; index = index.Next())
        {
            record._terms.Add(log.TermAt(index));
        }

        return record;
    }

    public void Append(HardState? hardState, IReadOnlyList<Entry> entries)
    {
        HardState = hardState ?? HardState;
        if (entries.Count > 0)
        {
            var keep = (int)(entries[0].Index - _base.Index) - 1;
            _terms.RemoveRange(keep, _terms.Count - keep);
            _terms.AddRange(entries.Select(e => e.Term));
        }
    }

    public void Reset(LogPosition start, HardState hardState)
    {
        _terms.Clear();
        (_base, HardState) = (start, hardState);
    }

    /// <summary>What lies before the base was applied, and therefore committed.</summary>
    public bool Holds(LogPosition position) =>
        position.Index < _base.Index
        || position == _base
        || (position.Index > _base.Index && position.Index <= Last && _terms[(int)(position.Index - _base.Index) - 1] == position.Term);
}
