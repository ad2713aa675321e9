using System.Collections.Immutable;

namespace Pryvd.Model;

/// <summary>
/// Variables of one scope whose keys are next to each other. A run that came from the disk is made of its rows when one of
/// them is first asked for (Store/DESIGN.md, Variables).
/// </summary>
internal sealed class VarRun
{
    public static readonly VarRun Empty = new(ImmutableSortedDictionary.Create<string, ExtraVar>(StringComparer.Ordinal));

    private readonly Lazy<ImmutableSortedDictionary<string, ExtraVar>> _items;

    public VarRun(Func<IReadOnlyList<ExtraVar>> read) =>
        _items = new(() => Empty._items.Value.AddRange(read().Select(item => KeyValuePair.Create(item.Name.Key, item))));

    private VarRun(ImmutableSortedDictionary<string, ExtraVar> items) => _items = new(items);

    public bool IsEmpty => _items.IsValueCreated && _items.Value.IsEmpty;

    public IEnumerable<ExtraVar> Items => _items.Value.Values;

    public ExtraVar? Find(string key) => _items.Value.GetValueOrDefault(key);

    public VarRun Put(ExtraVar item) => new(_items.Value.SetItem(item.Name.Key, item));

    public VarRun Remove(string key) => new(_items.Value.Remove(key));
}
