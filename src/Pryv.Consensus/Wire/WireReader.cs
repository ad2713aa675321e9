using System.Buffers.Binary;
using System.Text;

namespace Pryv.Consensus.Wire;

/// <summary>Reads what <see cref="WireWriter"/> writes; every read is checked against the end, so hostile bytes end in <see cref="WireFormatException"/>.</summary>
internal ref struct WireReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1).Span[0];

    public bool Bool()
    {
        var value = Byte();
        return value <= 1 ? value == 1 : throw new WireFormatException($"a flag is {value}, neither 0 nor 1");
    }

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span);

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);

    /// <summary>A count or index; never negative.</summary>
    public long Natural()
    {
        var value = Long();
        return value >= 0 ? value : throw new WireFormatException($"a number is {value}, below zero");
    }

    public MemberId Id() => new(unchecked((ulong)Long()));

    public LogPosition Position()
    {
        var index = new LogIndex(Natural());
        return new LogPosition(index, new Term(Natural()));
    }

    /// <summary>A count of items of at least <paramref name="itemSize"/> bytes each, so that it cannot exceed what is there.</summary>
    public int Count(int itemSize)
    {
        var count = Int();
        return count >= 0 && (long)count * itemSize <= _rest.Length
            ? count
            : throw new WireFormatException($"{count} items are announced where {_rest.Length} bytes are left");
    }

    /// <summary>A slice of the input, not a copy.</summary>
    public ReadOnlyMemory<byte> Bytes() => Take(Count(1));

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    public readonly void End()
    {
        if (_rest.Length != 0)
        {
            throw new WireFormatException($"{_rest.Length} bytes are left over");
        }
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new WireFormatException($"{count} bytes are needed where {_rest.Length} are left");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
