using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pryv.Consensus.Wire;

/// <summary>Writes little-endian integers and length-prefixed bytes.</summary>
internal sealed class WireWriter(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(capacity);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Id(MemberId id) => Long(unchecked((long)id.Value));

    public void Position(LogPosition position)
    {
        Long(position.Index.Value);
        Long(position.Term.Value);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Int(bytes.Length);
        bytes.CopyTo(_buffer.GetSpan(bytes.Length));
        _buffer.Advance(bytes.Length);
    }

    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));
}
