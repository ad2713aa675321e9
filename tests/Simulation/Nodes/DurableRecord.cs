using Pryv.Consensus;
using Pryv.Consensus.Log;

namespace Simulation;

/// <summary>What a member has on its platter for sure: kept beside the log, by what was flushed, so that checks need not believe the code under test.</summary>
public sealed class DurableRecord
{
    private readonly List<Term> _terms = [];
    private LogPosition _base;
    private LogIndex _beforeLastFlush;

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
        if (hardState is null && entries.Count == 0)
        {
            // Nothing is written, so nothing proves that what came before was flushed.
            return;
        }

        HardState = hardState ?? HardState;
        _beforeLastFlush = entries.Count > 0 ? LogIndex.Min(Last, entries[0].Index.Previous()) : Last;
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
        (_base, HardState, _beforeLastFlush) = (start, hardState, start.Index);
    }

    /// <summary>Whether another log has all of this; and if not, whether it lacks nothing but the last flush.</summary>
    public (bool All, bool AllButTheLastFlush) HeldBy(DurableRecord other)
    {
        var held = _base.Index;
        while (held < Last && other.Holds(new LogPosition(held.Next(), _terms[(int)(held - _base.Index)])))
        {
            held = held.Next();
        }

        var sameState = other.HardState.Term >= HardState.Term && (other.HardState.Term > HardState.Term || other.HardState.VotedFor == HardState.VotedFor);
        return (held == Last && sameState, held >= LogIndex.Min(_beforeLastFlush, Last));
    }

    /// <summary>What lies before the base was applied, and therefore committed.</summary>
    public bool Holds(LogPosition position) =>
        position.Index < _base.Index
        || position == _base
        || (position.Index > _base.Index && position.Index <= Last && _terms[(int)(position.Index - _base.Index) - 1] == position.Term);
}
