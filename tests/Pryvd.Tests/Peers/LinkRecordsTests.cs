using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus.Wire;
using Pryvd.Peers.Links;

namespace Pryvd.Tests.Peers;

/// <summary>Invariant 10: records come out as they went in, however the network cut them, and a length that is none is refused at once.</summary>
public sealed class LinkRecordsTests
{
    private const int Most = 1000;

    [Fact]
    public void Records_are_read_as_they_were_written_wherever_the_bytes_are_cut() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), ArbMap.Default.ArbFor<int>(), ReadAsWritten).QuickCheckThrowOnFailure();

    [Fact]
    public void A_length_past_the_bound_is_refused_before_the_record_has_come() =>
        Prop.ForAll(Gen.OneOf(Gen.Choose(-2, 2 * Most), Gen.Choose(int.MinValue, int.MaxValue)).ToArbitrary(), RefusedWhenTooLong).QuickCheckThrowOnFailure();

    private static void ReadAsWritten(byte[][] records, int seed)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Array.ForEach(records, record => LinkRecords.Write(bytes, record));
        var random = new Random(seed);
        var (read, waiting) = (new List<byte[]>(), Array.Empty<byte>());
        for (var at = 0; at < bytes.WrittenCount;)
        {
            var come = Math.Min(random.Next(1, 8), bytes.WrittenCount - at);
            var received = new ReadOnlySequence<byte>([.. waiting, .. bytes.WrittenSpan.Slice(at, come)]);
            while (LinkRecords.TryRead(ref received, Most, out var record))
            {
                read.Add(record);
            }

            (waiting, at) = (received.ToArray(), at + come);
        }

        Assert.Equal(records, read);
        Assert.Empty(waiting);
    }

    private static void RefusedWhenTooLong(int length)
    {
        var received = new ReadOnlySequence<byte>(BitConverter.GetBytes(length));
        if (length is >= 0 and <= Most)
        {
            Assert.Equal(length == 0, LinkRecords.TryRead(ref received, Most, out _));
        }
        else
        {
            Assert.Throws<WireFormatException>(() => LinkRecords.TryRead(ref received, Most, out _));
        }
    }
}
