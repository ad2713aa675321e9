using System.Buffers.Binary;
using System.Text;

namespace StartupProfile;

/// <summary>Reads little-endian fields one after the other.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public void Skip(int count) => Position += count;

    public void Align(int unit) => Position = (Position + unit - 1) / unit * unit;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        Position += count;
        return _bytes.Slice(Position - count, count);
    }

    public byte Byte() => Bytes(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public ulong[] UInt64s(int count)
    {
        var values = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = UInt64();
        }

        return values;
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    public ulong VarUInt()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    public void SkipVarUInts(int count)
    {
        for (var i = 0; i < count; i++)
        {
            VarUInt();
        }
    }

    /// <summary>UTF-16, ended by a zero.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        while (Int16() is var next and not 0)
        {
            text.Append((char)next);
        }

        return text.ToString();
    }
}
