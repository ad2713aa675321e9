using System.Buffers.Binary;

namespace Simulation;

/// <summary>Put a value in the place of a key's; the reply is the value before. <paramref name="Client"/> and <paramref name="Number"/> name the request, a retry carries the same.</summary>
public readonly record struct Command(long Client, long Number, int Key, long Value)
{
    private const int Size = 28;

    public byte[] Encode(int paddingBytes)
    {
        var bytes = new byte[Size + paddingBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Client);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Key);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), Value);
        return bytes;
    }

    public static Command Decode(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[20..]));
}
