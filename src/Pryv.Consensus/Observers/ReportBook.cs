namespace Pryv.Consensus.Observers;

/// <summary>
/// The observers that report to one member. Reports come every few seconds from each; who asks for them gets only the
/// standings that changed since the last time, so that the leader's cost does not grow with the number of observers.
/// </summary>
public sealed class ReportBook
{
    public const int MaxObservers = 10_000;

    /// <summary>Observers report this often.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(4);

    /// <summary>Who has not reported for this long is silent: three reports and a bit.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(14);

    /// <summary>Who has been silent for this long is forgotten; it reports to another member, or is gone.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);

    /// <summary>How many entries one that counts as caught up may lack, besides those of one pace.</summary>
    public const int CaughtUpEntries = 256;

    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <param name="firstVersion">From the clock, so that versions of a former run are never taken for those of this one.</param>
    public ReportBook(long firstVersion) => Version = firstVersion;

    /// <summary>Goes up with every change of a standing.</summary>
    public long Version { get; private set; }

    public int Count => _lines.Count;

    /// <summary>A report came in; false when the book is full.</summary>
    public bool Take(string node, LogIndex applied, LogIndex commit, TimeSpan now)
    {
        if (!_lines.TryGetValue(node, out var line))
        {
            if (_lines.Count >= MaxObservers)
            {
                return false;
            }

            _lines[node] = line = new Line();
        }

        // It may lack what was committed since its last report, and no more.
        var isCaughtUp = applied >= LogIndex.Min(commit, line.Commit) - CaughtUpEntries;
        (line.Heard, line.Applied, line.Commit) = (now, applied, commit);
        Set(line, isCaughtUp ? ObserverStanding.CaughtUp : ObserverStanding.Behind);
        return true;
    }

    /// <summary>What changed after <paramref name="version"/>; all of it when that is none of this book's.</summary>
    public IReadOnlyList<ObserverReport> Since(long version, TimeSpan now)
    {
        Sweep(now);
        var isKnown = version <= Version;
        return [.. _lines.Where(l => !isKnown || l.Value.Version > version).Select(l => new ObserverReport(l.Key, l.Value.Standing, l.Value.Applied))];
    }

    private void Sweep(TimeSpan now)
    {
        foreach (var (node, line) in _lines)
        {
            if (now - line.Heard > Memory)
            {
                _lines.Remove(node);
            }
            else if (now - line.Heard > Patience)
            {
                Set(line, ObserverStanding.Silent);
            }
        }
    }

    private void Set(Line line, ObserverStanding standing)
    {
        if (line.Standing != standing || line.Version == 0)
        {
            (line.Standing, line.Version) = (standing, ++Version);
        }
    }

    private sealed class Line
    {
        public ObserverStanding Standing { get; set; }

        public long Version { get; set; }

        public TimeSpan Heard { get; set; }

        public LogIndex Applied { get; set; }

        public LogIndex Commit { get; set; } = new(long.MaxValue);
    }
}
