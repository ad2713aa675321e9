using System.Collections.Immutable;

namespace Pryvd.Model;

/// <summary>The variables of one scope by key: the runs that came from the disk, or one that has grown here. Runs are never cut in two.</summary>
internal sealed class ScopeVars
{
    public static readonly ScopeVars Empty = new([""], [VarRun.Empty]);

    /// <summary>The key from which on each run holds; the first holds from the lowest there can be.</summary>
    private readonly string[] _from;
    private readonly ImmutableList<VarRun> _runs;

    private ScopeVars(string[] from, ImmutableList<VarRun> runs) => (_from, _runs) = (from, runs);

    public bool IsEmpty => _runs.All(run => run.IsEmpty);

    public IEnumerable<ExtraVar> Items => _runs.SelectMany(run => run.Items);

    /// <param name="runs">In the order of their keys; at least one.</param>
    public static ScopeVars From(IReadOnlyList<UnreadVars> runs) =>
        new(["", .. runs.Skip(1).Select(run => run.FirstKey)], [.. runs.Select(run => new VarRun(run.Read))]);

    public ExtraVar? Find(string key) => _runs[RunOf(key)].Find(key);

    public ScopeVars Put(ExtraVar item)
    {
        var run = RunOf(item.Name.Key);
        return new(_from, _runs.SetItem(run, _runs[run].Put(item)));
    }

    public ScopeVars Remove(string key)
    {
        var run = RunOf(key);
        return new(_from, _runs.SetItem(run, _runs[run].Remove(key)));
    }

    private int RunOf(string key)
    {
        var found = Array.BinarySearch(_from, key, StringComparer.Ordinal);
        return found >= 0 ? found : ~found - 1;
    }
}
