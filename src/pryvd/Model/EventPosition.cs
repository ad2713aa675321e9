using System.Globalization;
using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>
/// Where an event stands: the epoch, the index of its command, and its number within that command, counted from 1.
/// Written as <c>EPOCH:INDEX:NUMBER</c>.
/// </summary>
public readonly record struct EventPosition(Epoch Epoch, LogIndex Index, int Number) : IComparable<EventPosition>
{
    public static readonly EventPosition Zero = new(new Epoch(0), LogIndex.Zero, 0);

    /// <summary>After every event that commands up to <paramref name="index"/> can have made.</summary>
    public static EventPosition EndOf(Epoch epoch, LogIndex index) => new(epoch, index, int.MaxValue);

    public static bool TryParse(string text, out EventPosition position)
    {
        position = Zero;
        var parts = text.Split(':');
        if (parts.Length != 3 || !TryNumber(parts[0], out var epoch) || !TryNumber(parts[1], out var index)
            || !TryNumber(parts[2], out var number) || number > int.MaxValue)
        {
            return false;
        }

        position = new EventPosition(new Epoch(epoch), new LogIndex(index), (int)number);
        return true;
    }

    /// <summary>The form that sorts as text: each number with leading zeros.</summary>
    public string SortKey() =>
        string.Create(CultureInfo.InvariantCulture, $"{Epoch.Value:D10}:{Index.Value:D19}:{Number:D10}");

    public int CompareTo(EventPosition other)
    {
        var epochs = Epoch.CompareTo(other.Epoch);
        var indexes = epochs != 0 ? epochs : Index.CompareTo(other.Index);
        return indexes != 0 ? indexes : Number.CompareTo(other.Number);
    }

    public static bool operator <(EventPosition left, EventPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(EventPosition left, EventPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventPosition left, EventPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventPosition left, EventPosition right) => left.CompareTo(right) >= 0;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Epoch.Value}:{Index.Value}:{Number}");

    private static bool TryNumber(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
