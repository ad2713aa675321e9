using System.Buffers.Binary;

namespace Pryv.Consensus.Log;

/// <summary>
/// The fixed part of a record. Its checksum is salted with the segment and the offset, so that a copy of a record
/// elsewhere, for example inside a command, is not taken for one.
/// </summary>
/// <param name="Group">Number of the append that the record belongs to; one append is replayed as a whole or not at all.</param>
/// <param name="Behind">How many groups before this one were the last that had been flushed when this was written; at least 1.</param>
/// <param name="Index">The entry's index; of a hard state the commit index.</param>
/// <param name="Length">Bytes of the payload without its padding.</param>
internal readonly record struct RecordHeader(
    RecordType Type, bool EndsGroup, long Group, uint Behind, LogIndex Index, Term Term, int Length, uint PayloadChecksum)
{
    public const int Size = 48;
    private const int Alignment = 8;
    private const byte EndsGroupFlag = 1;

    /// <summary>The last group that is known to have been flushed because this record was written after it.</summary>
    public long Flushed => Group - Behind;

    public int RecordSize => SizeOf(Length);

    public bool IsEntry => Type != RecordType.HardState;

    public static int PaddedLength(int length) => (length + Alignment - 1) & -Alignment;

    public static int SizeOf(int length) => Size + PaddedLength(length);

    public void Write(Span<byte> target, uint salt, int offset)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], PayloadChecksum);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Behind);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Group);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Index.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], Term.Value);
        target[40..Size].Clear();
        target[40] = (byte)Type;
        target[41] = EndsGroup ? EndsGroupFlag : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(target, Checksum(target, salt, offset));
    }

    /// <summary>Reads a header whose checksum holds; its payload is not looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, uint salt, int offset, out RecordHeader header)
    {
        header = default;
        if (source.Length < Size || source[40] is < (byte)RecordType.HardState or > (byte)RecordType.Configuration)
        {
            return false;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(source) != Checksum(source, salt, offset))
        {
            return false;
        }

        header = Parse(source);
        return header.Length >= 0;
    }

    private static RecordHeader Parse(ReadOnlySpan<byte> source) => new(
        (RecordType)source[40],
        source[41] == EndsGroupFlag,
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
        new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
        new Term(BinaryPrimitives.ReadInt64LittleEndian(source[32..])),
        BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));

    private static uint Checksum(ReadOnlySpan<byte> bytes, uint salt, int offset) =>
        Crc32C.Add(Crc32C.Add(salt, (ulong)offset), bytes[4..Size]);
}
