using System.Text;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Rows of table vars as the database gave them, copied, so that another thread can make variables of them.</summary>
internal sealed class VarChunk
{
    private const int MostRows = 1024;
    private const int MostBytes = 48 * 1024;

    /// <summary>Room for the last row, too, and still no large object: those bring full collections.</summary>
    private const int UsualBytes = 64 * 1024;

    private readonly MemoryStream _bytes = new(UsualBytes);
    private readonly List<(int KeyBytes, int RowBytes)> _rows = [];

    private bool IsFull => _rows.Count >= MostRows || _bytes.Length >= MostBytes;

    /// <summary>All rows of the table in the order of their keys, chunk by chunk.</summary>
    public static IEnumerable<VarChunk> Of(Database database)
    {
        using var rows = database.PrepareOnce($"SELECT key, value FROM {Schema.NameOf(Table.Vars)} ORDER BY key");
        var chunk = new VarChunk();
        while (rows.Step())
        {
            chunk.Add(rows.Utf8(0), rows.Utf8(1));
            if (chunk.IsFull)
            {
                yield return chunk;
                chunk = new VarChunk();
            }
        }

        yield return chunk;
    }

    /// <exception cref="RowDamageException">A row does not hold what was written there.</exception>
    public ExtraVar[] Read()
    {
        var bytes = _bytes.GetBuffer();
        var reader = new VarRowReader();
        var items = new ExtraVar[_rows.Count];
        var (at, length) = (0, 0);
        Func<string> key = () => Encoding.UTF8.GetString(bytes, at, length);
        for (var i = 0; i < items.Length; i++)
        {
            (length, var rowBytes) = _rows[i];
            items[i] = reader.Read(bytes.AsSpan(at + length, rowBytes), key);
            at += length + rowBytes;
        }

        return items;
    }

    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        _bytes.Write(key);
        _bytes.Write(row);
        _rows.Add((key.Length, row.Length));
    }
}
