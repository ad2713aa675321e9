using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Core;

/// <summary>The configurations in the log, oldest first. The newest is in force, committed or not (thesis, section 4.1), so a cut suffix brings the one before back.</summary>
internal sealed class ConfigurationHistory(Configuration start, LogIndex startIndex)
{
    private readonly List<(LogIndex Index, Configuration Configuration)> _entries = [(startIndex, start)];

    public Configuration Current => _entries[^1].Configuration;

    public LogIndex CurrentIndex => _entries[^1].Index;

    /// <summary>The configuration in force at <paramref name="index"/>.</summary>
    public Configuration At(LogIndex index) => _entries.Last(e => e.Index <= index || e == _entries[0]).Configuration;

    public void Add(LogIndex index, Configuration configuration) => _entries.Add((index, configuration));

    /// <summary>The entries from <paramref name="index"/> on are gone; true when the configuration in force changed by that.</summary>
    public bool TruncateFrom(LogIndex index)
    {
        var cut = _entries.FindIndex(1, e => e.Index >= index);
        if (cut < 0)
        {
            return false;
        }

        _entries.RemoveRange(cut, _entries.Count - cut);
        return true;
    }

    /// <summary>Entries up to <paramref name="index"/> have left the log.</summary>
    public void CompactTo(LogIndex index)
    {
        var newest = _entries.FindLastIndex(e => e.Index <= index);
        if (newest > 0)
        {
            _entries.RemoveRange(0, newest);
        }
    }

    public void Reset(LogIndex index, Configuration configuration)
    {
        _entries.Clear();
        _entries.Add((index, configuration));
    }
}
