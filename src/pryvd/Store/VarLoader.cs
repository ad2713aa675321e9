using System.Text;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>
/// Reads table vars in runs, and of each row only what the table of variables must know at once: its name, what it counts, and whether it is
/// deleted (DESIGN.md, Variables).
/// </summary>
/// <param name="read">How a run is read later; what fails then is the store's failure.</param>
internal sealed class VarLoader(Database database, Func<VarRows, IReadOnlyList<ExtraVar>> read)
{
    /// <summary>Whoever asks for one variable waits for its run; and only a row that is larger alone makes a large object, which bring full collections.</summary>
    private const int MostBytes = 64 * 1024;
    private const int MostRows = 512;

    private readonly VarRowReader _reader = new();
    private readonly List<(int KeyBytes, int RowBytes)> _lengths = [];
    private readonly List<ExtraVar> _deleted = [];
    private byte[] _bytes = new byte[MostBytes];
    private byte[] _scopePrefix = [];
    private VarName _first;
    private int _length;
    private long _size;

    /// <summary>All runs, by the order of their rows' keys.</summary>
    /// <exception cref="RowDamageException">A row cannot be one of a variable.</exception>
    public IEnumerable<UnreadVars> Runs()
    {
        using var rows = database.PrepareOnce($"SELECT key, value FROM {Schema.NameOf(Table.Vars)} ORDER BY key");
        while (rows.Step())
        {
            if (Add(rows.Utf8(0), rows.Utf8(1)) is { } full)
            {
                yield return full;
            }
        }

        if (_lengths.Count > 0)
        {
            yield return End();
        }
    }

    /// <summary>The run before, if the row begins another one.</summary>
    private UnreadVars? Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        var full = _lengths.Count > 0 && !HasRoomFor(key, row.Length) ? End() : null;
        if (_lengths.Count == 0)
        {
            _first = NameOf(key);
            _scopePrefix = key[..(key.IndexOf((byte)':') + 1)].ToArray();
        }

        if (VarRowGlance.LivingSize(key, row) is { } size)
        {
            _size += size;
        }
        else
        {
            Judge(NameOf(key), row);
        }

        Keep(key, row);
        return full;
    }

    private bool HasRoomFor(ReadOnlySpan<byte> key, int rowBytes) =>
        _lengths.Count < MostRows && _length + key.Length + rowBytes <= MostBytes && key.StartsWith(_scopePrefix);

    private void Keep(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        if (_bytes.Length < _length + key.Length + row.Length)
        {
            Array.Resize(ref _bytes, _length + key.Length + row.Length);
        }

        key.CopyTo(_bytes.AsSpan(_length));
        row.CopyTo(_bytes.AsSpan(_length + key.Length));
        _length += key.Length + row.Length;
        _lengths.Add((key.Length, row.Length));
    }

    /// <summary>A row under a key that is not its own would send whoever looks for its neighbours to another run.</summary>
    private void Judge(VarName name, ReadOnlySpan<byte> row)
    {
        var item = _reader.Read(row, () => name.ToString());
        if (item.Name != name)
        {
            throw new RowDamageException($"row '{name}' holds variable '{item.Name}'");
        }

        _size += item.Size;
        if (item.Deleted)
        {
            _deleted.Add(item);
        }
    }

    private UnreadVars End()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(_length);
        _bytes.AsSpan(0, _length).CopyTo(bytes);

        // An unread run keeps its rows, and not what they were loaded with.
        var (rows, reading) = (new VarRows(bytes, [.. _lengths]), read);
        var run = new UnreadVars(_first.Scope, _first.Key, _lengths.Count - _deleted.Count, _size, [.. _deleted], () => reading(rows));
        _lengths.Clear();
        _deleted.Clear();
        (_length, _size) = (0, 0);
        return run;
    }

    private static VarName NameOf(ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetString(key);
        return VarName.TryParse(text, out var name) ? name : throw new RowDamageException($"'{text}' is no key of a variable");
    }
}
