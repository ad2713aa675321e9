using System.Buffers.Binary;
using System.Numerics;

namespace Pryv.Consensus.Tests.Log;

/// <summary>Knows the segment format independently of the code under test, as DESIGN.md states it.</summary>
internal static class SegmentImage
{
    private const int HeaderSize = 4096;
    private const int RecordHeaderSize = 48;

    /// <summary>Makes the header's checksum hold again.</summary>
    public static void Seal(byte[] image)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < HeaderSize; i++)
        {
            crc = i is >= 16 and < 20 ? crc : BitOperations.Crc32C(crc, image[i]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(16), crc);
    }

    /// <summary>Where the record of an entry ends in a segment that holds it once.</summary>
    public static long EndOfEntry(ReadOnlySpan<byte> image, long entry)
    {
        const int hardState = 1;
        for (var offset = HeaderSize; ; offset += RecordSize(image[offset..]))
        {
            var record = image[offset..];
            if (record[40] != hardState && BinaryPrimitives.ReadInt64LittleEndian(record[24..]) == entry)
            {
                return offset + RecordSize(record);
            }
        }
    }

    private static int RecordSize(ReadOnlySpan<byte> record) =>
        RecordHeaderSize + ((BinaryPrimitives.ReadInt32LittleEndian(record[8..]) + 7) & ~7);
}
