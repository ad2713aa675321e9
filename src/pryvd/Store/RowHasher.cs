using System.Security.Cryptography;
using System.Text;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>SHA-256 of a row: its table, key and value, with a zero byte between them. For one thread; a result holds until the next call.</summary>
internal sealed class RowHasher
{
    private readonly byte[] _hash = new byte[MultisetHash.Bytes];
    private byte[] _buffer = new byte[4_096];

    public ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> row)
    {
        SHA256.HashData(row, _hash);
        return _hash;
    }

    /// <param name="head">Table and key, each with the zero byte after it.</param>
    public ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> head, ReadOnlySpan<byte> value)
    {
        var row = Room(head.Length + value.Length);
        head.CopyTo(row);
        value.CopyTo(row[head.Length..]);
        return Hash(row);
    }

    public ReadOnlySpan<byte> Hash(Table table, string key, ReadOnlySpan<byte> value) =>
        Hash(Encoding.UTF8.GetBytes($"{Schema.NameOf(table)}\0{key}\0"), value);

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length < bytes)
        {
            _buffer = new byte[Math.Max(bytes, _buffer.Length * 2)];
        }

        return _buffer.AsSpan(0, bytes);
    }
}
