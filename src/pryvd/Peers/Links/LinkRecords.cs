using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Pryv.Consensus.Wire;

namespace Pryvd.Peers.Links;

/// <summary>What stands on a link, both ways: a length of four bytes, little-endian, and as many bytes.</summary>
internal static class LinkRecords
{
    private const int PrefixBytes = 4;

    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(PrefixBytes), record.Length);
        to.Advance(PrefixBytes);
        to.Write(record);
    }

    public static byte[] Of(IMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(bytes, message.ToByteArray());
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The next record where all of it has come; what is left of <paramref name="received"/> begins after it.</summary>
    /// <exception cref="WireFormatException">It is longer than <paramref name="maxBytes"/>, or its length is none.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> received, int maxBytes, out byte[] record)
    {
        record = [];
        var reader = new SequenceReader<byte>(received);
        if (!reader.TryReadLittleEndian(out int length))
        {
            return false;
        }

        if (length < 0 || length > maxBytes)
        {
            throw new WireFormatException($"a record of {(uint)length} bytes was announced on a link, {maxBytes} are taken");
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        record = received.Slice(reader.Position, length).ToArray();
        received = received.Slice(received.GetPosition(length, reader.Position));
        return true;
    }
}
