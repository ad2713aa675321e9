using System.Runtime.CompilerServices;
using System.Text;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>
/// Rows of one table that wait for the disk; the newest change of a key counts. They are bytes in large blocks, in the form
/// that is hashed, so that thousands of them are nothing that the garbage collector has to follow.
/// </summary>
internal sealed class TableRows
{
    private readonly byte[] _prefix;
    private readonly BlockPool _pool;
    private readonly List<byte[]> _blocks = [];
    private readonly List<Place> _places = [];
    private readonly HashSet<int> _newest;
    private int _used;
    private bool _ascending = true;

    /// <param name="table">Whose rows they are.</param>
    /// <param name="pool">Where the memory comes from.</param>
    public TableRows(Table table, BlockPool pool)
    {
        _pool = pool;
        _prefix = [.. Encoding.UTF8.GetBytes(Schema.NameOf(table)), 0];
        _newest = new HashSet<int>(new ByKey(this));
    }

    /// <summary>What they hold of memory, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// A key is new while the disk has no row of it: a new row that goes before it was written never was, but one that comes
    /// back replaces what the disk has.
    /// </summary>
    /// <param name="value">What the row holds; of no meaning when it is deleted.</param>
    public void Add(string key, ReadOnlySpan<byte> value, bool isDeleted, bool isNew)
    {
        var row = Append(key, value, isDeleted, isNew);
        if (_newest.TryGetValue(row, out var before))
        {
            _newest.Remove(before);
            isNew = _places[before].IsNew;
            _places[row] = _places[row] with { IsNew = isNew };
            if (isNew && isDeleted)
            {
                return;
            }
        }

        _ascending &= _newest.Count == 0 || row == 0 || Key(row - 1).SequenceCompareTo(Key(row)) < 0;
        _newest.Add(row);
    }

    /// <summary>The newest change of a key; false when none waits.</summary>
    public bool TryFind(string key, out PendingRow found)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var isKnown = _newest.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(bytes, out var row);
        found = isKnown ? Row(row) : default;
        return isKnown;
    }

    /// <summary>The changes that count, by number, in the order of their keys, so that neighbours on the disk are written together.</summary>
    public int[] Ordered()
    {
        var rows = new int[_newest.Count];
        _newest.CopyTo(rows);
        if (_ascending)
        {
            Array.Sort(rows);
        }
        else
        {
            Array.Sort(rows, (left, right) => Key(left).SequenceCompareTo(Key(right)));
        }

        return rows;
    }

    public PendingRow Row(int row)
    {
        var place = _places[row];
        var bytes = _blocks[place.Block].AsSpan(place.Start, place.Length);
        return new PendingRow(bytes, _prefix.Length, place.KeyLength, place.IsDeleted, place.IsNew);
    }

    /// <summary>The memory goes to those who come next.</summary>
    public void Clear()
    {
        _blocks.ForEach(_pool.Return);
        _blocks.Clear();
        _places.Clear();
        _newest.Clear();
        (_used, Bytes, _ascending) = (0, 0, true);
    }

    /// <summary>Lets go of what is kept ready for more rows.</summary>
    public void Trim()
    {
        _blocks.TrimExcess();
        _places.TrimExcess();
        _newest.TrimExcess();
    }

    private int Append(string key, ReadOnlySpan<byte> value, bool isDeleted, bool isNew)
    {
        var room = Room(_prefix.Length + Encoding.UTF8.GetMaxByteCount(key.Length) + 1 + value.Length);
        _prefix.CopyTo(room);
        var keyLength = Encoding.UTF8.GetBytes(key, room[_prefix.Length..]);
        var length = _prefix.Length + keyLength + 1;
        room[length - 1] = 0;
        value.CopyTo(room[length..]);
        length += value.Length;
        _places.Add(new Place(_blocks.Count - 1, _used, length, keyLength, isDeleted, isNew));
        _used += length;
        Bytes += length + Unsafe.SizeOf<Place>();
        return _places.Count - 1;
    }

    private Span<byte> Room(int bytes)
    {
        if (_blocks.Count == 0 || _blocks[^1].Length - _used < bytes)
        {
            _blocks.Add(_pool.Rent(bytes));
            _used = 0;
        }

        return _blocks[^1].AsSpan(_used);
    }

    private ReadOnlySpan<byte> Key(int row)
    {
        var place = _places[row];
        return _blocks[place.Block].AsSpan(place.Start + _prefix.Length, place.KeyLength);
    }

    private readonly record struct Place(int Block, int Start, int Length, int KeyLength, bool IsDeleted, bool IsNew);

    /// <summary>Rows are the same when their keys are.</summary>
    private sealed class ByKey(TableRows rows) : IEqualityComparer<int>, IAlternateEqualityComparer<ReadOnlySpan<byte>, int>
    {
        public bool Equals(int left, int right) => rows.Key(left).SequenceEqual(rows.Key(right));

        public int GetHashCode(int row) => GetHashCode(rows.Key(row));

        public bool Equals(ReadOnlySpan<byte> key, int row) => rows.Key(row).SequenceEqual(key);

        public int GetHashCode(ReadOnlySpan<byte> key)
        {
            var hash = default(HashCode);
            hash.AddBytes(key);
            return hash.ToHashCode();
        }

        public int Create(ReadOnlySpan<byte> key) => throw new NotSupportedException("a row is added before it is looked for");
    }
}
