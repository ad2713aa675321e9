using Pryv.Consensus;
using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>
/// The newest events, in their order: all of entries after an index, up to which they are on disk. Each value is an unchanging view of
/// an array that later values go on filling behind it, so only the newest value may be added to.
/// </summary>
internal readonly struct EventTail
{
    private const int FirstCapacity = 64;

    private readonly Event[]? _items;
    private readonly int _from;
    private readonly int _to;

    private EventTail(LogIndex onDisk, Event[]? items, int from, int to) => (OnDisk, _items, _from, _to) = (onDisk, items, from, to);

    /// <summary>Up to this index the events are on disk and not here.</summary>
    public LogIndex OnDisk { get; }

    /// <summary>The oldest first.</summary>
    public ReadOnlySpan<Event> Items => _items.AsSpan(_from, _to - _from);

    public static EventTail None(LogIndex onDisk) => new(onDisk, null, 0, 0);

    public EventTail Add(Event item)
    {
        var room = _items is null || _to == _items.Length ? Larger() : this;
        room._items![room._to] = item;
        return new EventTail(OnDisk, room._items, room._from, room._to + 1);
    }

    /// <summary>Without those of entries up to <paramref name="index"/>, which are on disk now.</summary>
    public EventTail After(LogIndex index)
    {
        var from = _from;
        while (from < _to && _items![from].Position.Index <= index)
        {
            from++;
        }

        return from == _to ? None(index) : new EventTail(index, _items, from, _to);
    }

    private EventTail Larger()
    {
        var items = new Event[Math.Max(FirstCapacity, Items.Length * 2)];
        Items.CopyTo(items);
        return new EventTail(OnDisk, items, 0, Items.Length);
    }
}
