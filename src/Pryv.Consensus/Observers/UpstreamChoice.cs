namespace Pryv.Consensus.Observers;

/// <summary>Which of the candidates is tried next: the first that has not failed lately. Each failure doubles how long one is left alone, up to a bound.</summary>
public sealed class UpstreamChoice
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private Dictionary<string, (int Failures, TimeSpan Until)> _failed = new(StringComparer.Ordinal);

    /// <summary>The one to try now; or none, and how long to wait until one may be tried.</summary>
    public (TreeNode? Upstream, TimeSpan Wait) Next(IReadOnlyList<TreeNode> candidates, TimeSpan now)
    {
        _failed = _failed.Where(f => candidates.Any(c => c.Node == f.Key)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        var free = candidates.FirstOrDefault(c => !IsLeftAlone(c.Node, now));
        return free is not null || candidates.Count == 0
            ? (free, free is null ? FirstPause : TimeSpan.Zero)
            : (null, candidates.Min(c => _failed[c.Node].Until) - now);
    }

    /// <summary>Whether one that would be better than <paramref name="current"/> may be tried again.</summary>
    public bool HasBetter(IReadOnlyList<TreeNode> candidates, string current, TimeSpan now) =>
        candidates.TakeWhile(c => c.Node != current).Any(c => !IsLeftAlone(c.Node, now));

    /// <param name="node">Whom it is about.</param>
    /// <param name="now">Any clock that only goes forward.</param>
    /// <param name="jitter">From 0 to 1, so that those who lost one upstream do not come back at once.</param>
    public void Failed(string node, TimeSpan now, double jitter)
    {
        var failures = _failed.GetValueOrDefault(node).Failures + 1;
        _failed[node] = (failures, now + Pause(failures, jitter));
    }

    /// <summary>It served; an earlier failure counts no more.</summary>
    public void Served(string node) => _failed.Remove(node);

    /// <summary>Half of the pause is fixed, half is chance.</summary>
    public static TimeSpan Pause(int failures, double jitter)
    {
        var full = FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
        return (full < LongestPause ? full : LongestPause) * (0.5 + (jitter / 2));
    }

    private bool IsLeftAlone(string node, TimeSpan now) => _failed.TryGetValue(node, out var failed) && now < failed.Until;
}
