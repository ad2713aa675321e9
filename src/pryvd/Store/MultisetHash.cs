using System.Buffers.Binary;
using System.Globalization;

namespace Pryvd.Store;

/// <summary>
/// A sum of SHA-256 hashes modulo 2^256: equal for equal sets of rows, whatever the order in which they came and went. It
/// finds differences between honest nodes; it is not meant against someone who can choose rows at will.
/// </summary>
internal readonly record struct MultisetHash(ulong A, ulong B, ulong C, ulong D)
{
    public const int Bytes = 32;

    public MultisetHash Add(ReadOnlySpan<byte> hash) => Sum(Read(hash));

    public MultisetHash Remove(ReadOnlySpan<byte> hash) => Sum(Read(hash).Negative());

    public static bool TryParse(string hex, out MultisetHash hash)
    {
        hash = default;
        if (hex.Length != Bytes * 2)
        {
            return false;
        }

        Span<ulong> words = stackalloc ulong[4];
        for (var i = 0; i < words.Length; i++)
        {
            if (!ulong.TryParse(hex.AsSpan(i * 16, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]))
            {
                return false;
            }
        }

        hash = new MultisetHash(words[0], words[1], words[2], words[3]);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{A:x16}{B:x16}{C:x16}{D:x16}");

    private static MultisetHash Read(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    private MultisetHash Sum(MultisetHash other)
    {
        var carry = 0UL;
        var d = AddWithCarry(D, other.D, ref carry);
        var c = AddWithCarry(C, other.C, ref carry);
        var b = AddWithCarry(B, other.B, ref carry);
        var a = AddWithCarry(A, other.A, ref carry);
        return new MultisetHash(a, b, c, d);
    }

    /// <summary>What it takes to get back to zero.</summary>
    private MultisetHash Negative() => new MultisetHash(~A, ~B, ~C, ~D).Sum(new MultisetHash(0, 0, 0, 1));

    private static ulong AddWithCarry(ulong left, ulong right, ref ulong carry)
    {
        var sum = (UInt128)left + right + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }
}
