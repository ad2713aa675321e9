using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Pryv.Consensus.Wire;

namespace Pryvd.Peers.Links;

/// <summary>What stands on a link, both ways: a length of four bytes, little-endian, and as many bytes.</summary>
internal static class LinkRecords
{
    /// <summary>The largest <see cref="Pryv.Internal.V1.LinkAnswer"/>.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

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

    /// <summary>The first record that comes; what follows it is left in the reader.</summary>
    /// <exception cref="WireFormatException">It is longer than <paramref name="maxBytes"/>, or its length is none.</exception>
    /// <exception cref="IOException">The link ended before.</exception>
    public static async Task<byte[]> FirstAsync(PipeReader from, int maxBytes, CancellationToken cancel)
    {
        while (true)
        {
            var read = await from.ReadAsync(cancel).ConfigureAwait(false);
            var received = read.Buffer;
            var examined = received.End;
            try
            {
                if (TryRead(ref received, maxBytes, out var record))
                {
                    // More may have come with it.
                    examined = received.Start;
                    return record;
                }
            }
            finally
            {
                from.AdvanceTo(received.Start, examined);
            }

            if (read.IsCompleted)
            {
                throw new IOException("the link ended before anything was said on it");
            }
        }
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
