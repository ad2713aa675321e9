using System.Buffers;
using System.Buffers.Binary;

namespace Pryv.Grpc.Wire;

/// <summary>The five bytes before each message: whether it is compressed, and its length in big-endian order.</summary>
internal readonly record struct FramePrefix(byte Flag, uint Length)
{
    public const int Size = 5;

    public static void Write(IBufferWriter<byte> target, int length)
    {
        var span = target.GetSpan(Size);
        span[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)length);
        target.Advance(Size);
    }

    public static bool TryRead(in ReadOnlySequence<byte> buffer, out FramePrefix prefix)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (buffer.Length < Size)
        {
            prefix = default;
            return false;
        }

        buffer.Slice(0, Size).CopyTo(bytes);
        prefix = new FramePrefix(bytes[0], BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));
        return true;
    }
}
