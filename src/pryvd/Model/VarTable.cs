using System.Collections.Immutable;

namespace Pryvd.Model;

/// <summary>All variables, by scope and then key; deleted ones in the order in which they will be forgotten.</summary>
public sealed record VarTable
{
    public static readonly VarTable Empty = new();

    private ImmutableSortedDictionary<VarScope, ScopeVars> Scopes { get; init; } = ImmutableSortedDictionary<VarScope, ScopeVars>.Empty;

    private ImmutableSortedSet<Grave> Graves { get; init; } = ImmutableSortedSet<Grave>.Empty;

    /// <summary>How many variables there are, without the deleted ones.</summary>
    public int Count { get; private init; }

    public int DeletedCount => Graves.Count;

    /// <summary>What the values count against the cluster's limit, in bytes.</summary>
    public long Size { get; private init; }

    /// <summary>The variable that was deleted longest ago and is still remembered.</summary>
    public ExtraVar? OldestDeleted => Graves.IsEmpty ? null : FindAny(Graves[0].Name);

    public ExtraVar? Find(VarName name) => FindAny(name) is { Deleted: false } found ? found : null;

    /// <summary>As <see cref="Find"/>, but a deleted one is found as well.</summary>
    public ExtraVar? FindAny(VarName name) =>
        Scopes.TryGetValue(name.Scope, out var scope) ? scope.Find(name.Key) : null;

    public IEnumerable<ExtraVar> InScope(VarScope scope) =>
        Scopes.TryGetValue(scope, out var found) ? found.Items.Where(item => !item.Deleted) : [];

    /// <summary>All variables that are not deleted, in the order of their names.</summary>
    public IEnumerable<ExtraVar> All() => Scopes.Values.SelectMany(scope => scope.Items).Where(item => !item.Deleted);

    /// <summary>A table of runs that are read when they are asked for. Within a scope they are in the order of their keys, and no name repeats.</summary>
    public static VarTable From(IEnumerable<UnreadVars> runs)
    {
        var scopes = new SortedDictionary<VarScope, List<UnreadVars>>();
        var graves = ImmutableSortedSet.CreateBuilder<Grave>();
        var (count, size) = (0, 0L);
        foreach (var run in runs)
        {
            if (!scopes.TryGetValue(run.Scope, out var those))
            {
                scopes[run.Scope] = those = [];
            }

            those.Add(run);
            count += run.Living;
            size += run.Size;
            graves.UnionWith(run.Deleted.Select(Grave.Of));
        }

        return new VarTable
        {
            Scopes = scopes.ToImmutableSortedDictionary(scope => scope.Key, scope => ScopeVars.From(scope.Value)),
            Graves = graves.ToImmutable(),
            Count = count,
            Size = size,
        };
    }

    public VarTable Put(ExtraVar item)
    {
        var scope = Scopes.GetValueOrDefault(item.Name.Scope, ScopeVars.Empty);
        var old = scope.Find(item.Name.Key);
        return this with
        {
            Scopes = Scopes.SetItem(item.Name.Scope, scope.Put(item)),
            Graves = Rebury(old, item),
            Count = Count + Living(item) - Living(old),
            Size = Size + item.Size - (old?.Size ?? 0),
        };
    }

    public VarTable Remove(ExtraVar item)
    {
        var scope = Scopes[item.Name.Scope].Remove(item.Name.Key);
        return this with
        {
            Scopes = scope.IsEmpty ? Scopes.Remove(item.Name.Scope) : Scopes.SetItem(item.Name.Scope, scope),
            Graves = Rebury(item, null),
            Count = Count - Living(item),
            Size = Size - item.Size,
        };
    }

    private static int Living(ExtraVar? item) => item is { Deleted: false } ? 1 : 0;

    private ImmutableSortedSet<Grave> Rebury(ExtraVar? old, ExtraVar? item)
    {
        var graves = old is { Deleted: true } ? Graves.Remove(Grave.Of(old)) : Graves;
        return item is { Deleted: true } ? graves.Add(Grave.Of(item)) : graves;
    }

    private readonly record struct Grave(long Index, VarName Name) : IComparable<Grave>
    {
        public static Grave Of(ExtraVar item) => new(item.Index.Value, item.Name);

        public int CompareTo(Grave other)
        {
            var indexes = Index.CompareTo(other.Index);
            return indexes != 0 ? indexes : Name.CompareTo(other.Name);
        }
    }
}
