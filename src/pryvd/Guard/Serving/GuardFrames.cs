using System.Buffers.Binary;
using Google.Protobuf;

namespace Pryvd.Guard.Serving;

/// <summary>Messages on the guard's socket: four bytes of length, little endian, then the message.</summary>
internal static class GuardFrames
{
    public const int HeaderBytes = 4;

    /// <summary>Of one message, in either direction.</summary>
    public const int MostBytes = 2 << 20;

    /// <summary>What this program speaks; each version adds fields to the one before.</summary>
    public const int Version = 1;

    public static byte[] Of(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[HeaderBytes + size];
        BinaryPrimitives.WriteInt32LittleEndian(frame, size);
        message.WriteTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>Length of the message that begins here; null when its header has not come yet.</summary>
    /// <exception cref="GuardException">It cannot be a message.</exception>
    public static int? LengthAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length is >= 0 and <= MostBytes ? length : throw new GuardException($"A message of {length} bytes is announced, at most {MostBytes} are taken.");
    }
}
