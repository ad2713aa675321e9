using System.Security.Cryptography;
using System.Text;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>SHA-256 of a row: its table, key and value, with a zero byte between them. For one thread.</summary>
internal sealed class RowHasher
{
    private readonly byte[] hash = new byte[MultisetHash.Bytes];
    private byte[] buffer = new byte[4_096];

    /// <summary>The result holds until the next call.</summary>
    public ReadOnlySpan<byte> Hash(Table table, string key, ReadOnlySpan<byte> value)
    {
        var name = Schema.NameOf(table);
        var needed = ((name.Length + key.Length) * 3) + value.Length + 2;
        if (buffer.Length < needed)
        {
            buffer = new byte[Math.Max(needed, buffer.Length * 2)];
        }

        var length = Encoding.UTF8.GetBytes(name, buffer);
        buffer[length++] = 0;
        length += Encoding.UTF8.GetBytes(key, buffer.AsSpan(length));
        buffer[length++] = 0;
        value.CopyTo(buffer.AsSpan(length));
        SHA256.HashData(buffer.AsSpan(0, length + value.Length), hash);
        return hash;
    }
}
