namespace Pryvd.Model;

/// <summary>What a component on a node sees: action over component over node over group over cluster.</summary>
public static class VarResolution
{
    /// <param name="action">Variables given with one action alone; none for a plain look.</param>
    public static IReadOnlyList<ResolvedVar> Resolve(
        VarTable vars, string node, string group, string component, IReadOnlyList<ExtraVar> action)
    {
        var byKey = new SortedDictionary<string, List<ExtraVar>>(StringComparer.Ordinal);
        foreach (var item in StrongestFirst(vars, node, group, component, action))
        {
            if (!byKey.TryGetValue(item.Name.Key, out var stack))
            {
                byKey[item.Name.Key] = stack = [];
            }

            stack.Add(item);
        }

        return [.. byKey.Values.Select(stack => new ResolvedVar(stack[0], stack[1..]))];
    }

    private static IEnumerable<ExtraVar> StrongestFirst(
        VarTable vars, string node, string group, string component, IReadOnlyList<ExtraVar> action) =>
        action
            .Concat(vars.InScope(VarScope.OfComponent(component)))
            .Concat(vars.InScope(VarScope.OfNode(node)))
            .Concat(vars.InScope(VarScope.OfGroup(group)))
            .Concat(vars.InScope(VarScope.Cluster));
}
