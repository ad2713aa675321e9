using System.Security.Cryptography;
using System.Text;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>SHA-256 of a row: its table, key and value, with a zero byte between them. For one thread.</summary>
internal sealed class RowHasher
{
    private readonly byte[] _hash = new byte[MultisetHash.Bytes];
    private byte[] _buffer = new byte[4_096];

    /// <summary>The result holds until the next call.</summary>
    public ReadOnlySpan<byte> Hash(Table table, string key, ReadOnlySpan<byte> value)
    {
        var name = Schema.NameOf(table);
        var needed = ((name.Length + key.Length) * 3) + value.Length + 2;
        if (_buffer.Length < needed)
        {
            _buffer = new byte[Math.Max(needed, _buffer.Length * 2)];
        }

        var length = Encoding.UTF8.GetBytes(name, _buffer);
        _buffer[length++] = 0;
        length += Encoding.UTF8.GetBytes(key, _buffer.AsSpan(length));
        _buffer[length++] = 0;
        value.CopyTo(_buffer.AsSpan(length));
        SHA256.HashData(_buffer.AsSpan(0, length + value.Length), _hash);
        return _hash;
    }
}
