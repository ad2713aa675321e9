using System.Collections.Immutable;

namespace Pryvd.Model;

/// <summary>All variables, by scope and then key; deleted ones in the order in which they will be forgotten.</summary>
public sealed record VarTable
{
    public static readonly VarTable Empty = new();

    private ImmutableSortedDictionary<VarScope, ImmutableSortedDictionary<string, ExtraVar>> Scopes { get; init; } =
        ImmutableSortedDictionary<VarScope, ImmutableSortedDictionary<string, ExtraVar>>.Empty;

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
        Scopes.TryGetValue(name.Scope, out var keys) && keys.TryGetValue(name.Key, out var found) ? found : null;

    public IEnumerable<ExtraVar> InScope(VarScope scope) =>
        Scopes.TryGetValue(scope, out var keys) ? keys.Values.Where(item => !item.Deleted) : [];

    /// <summary>All variables that are not deleted, in the order of their names.</summary>
    public IEnumerable<ExtraVar> All() => Scopes.Values.SelectMany(keys => keys.Values).Where(item => !item.Deleted);

    /// <summary>A table of many at once, which costs far less than to put one after the other. Names do not repeat.</summary>
    public static VarTable From(IEnumerable<ExtraVar> items)
    {
        var scopes = new SortedDictionary<VarScope, ImmutableSortedDictionary<string, ExtraVar>.Builder>();
        var graves = ImmutableSortedSet.CreateBuilder<Grave>();
        var (count, size) = (0, 0L);
        foreach (var item in items)
        {
            if (!scopes.TryGetValue(item.Name.Scope, out var keys))
            {
                scopes[item.Name.Scope] = keys = ImmutableSortedDictionary.CreateBuilder<string, ExtraVar>(StringComparer.Ordinal);
            }

            keys.Add(item.Name.Key, item);
            count += Living(item);
            size += item.Size;
            if (item.Deleted)
            {
                graves.Add(Grave.Of(item));
            }
        }

        return new VarTable
        {
            Scopes = scopes.ToImmutableSortedDictionary(scope => scope.Key, scope => scope.Value.ToImmutable()),
            Graves = graves.ToImmutable(),
            Count = count,
            Size = size,
        };
    }

    public VarTable Put(ExtraVar item)
    {
        var keys = Scopes.TryGetValue(item.Name.Scope, out var found)
            ? found
            : ImmutableSortedDictionary.Create<string, ExtraVar>(StringComparer.Ordinal);
        keys.TryGetValue(item.Name.Key, out var old);
        return this with
        {
            Scopes = Scopes.SetItem(item.Name.Scope, keys.SetItem(item.Name.Key, item)),
            Graves = Rebury(old, item),
            Count = Count + Living(item) - Living(old),
            Size = Size + item.Size - (old?.Size ?? 0),
        };
    }

    public VarTable Remove(ExtraVar item)
    {
        var keys = Scopes[item.Name.Scope].Remove(item.Name.Key);
        return this with
        {
            Scopes = keys.IsEmpty ? Scopes.Remove(item.Name.Scope) : Scopes.SetItem(item.Name.Scope, keys),
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
