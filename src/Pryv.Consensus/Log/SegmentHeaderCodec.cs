using System.Buffers.Binary;

namespace Pryv.Consensus.Log;

/// <summary>
/// Segment headers as bytes. Magic, format version, size and checksum stand at the same place in every version. A header
/// fills whole blocks, so that no later write touches the block that it is in.
/// </summary>
internal static class SegmentHeaderCodec
{
    public const int BlockSize = 4096;
    public const uint FormatVersion = 1;
    public const int MaxConfigurationBytes = 1024 * 1024;
    private const ulong Magic = 0x31474F4C56595250; // "PRYVLOG1"
    private const int ChecksumAt = 16;
    private const int ConfigurationAt = 128;

    public static int SizeFor(int configurationBytes) =>
        (ConfigurationAt + configurationBytes + BlockSize - 1) / BlockSize * BlockSize;

    public static byte[] Encode(SegmentHeader header)
    {
        var bytes = new byte[header.Size];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(span, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(span[12..], header.Size);
        span[20] = (byte)header.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(span[24..], header.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(span[32..], header.FirstGroup);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], header.Capacity);
        BinaryPrimitives.WriteInt32LittleEndian(span[44..], header.Base.Configuration.Length);
        header.Identity.Cluster.TryWriteBytes(span[48..]);
        BinaryPrimitives.WriteUInt64LittleEndian(span[64..], header.Identity.Member.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[72..], header.Identity.Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[80..], header.Base.Position.Index.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[88..], header.Base.Position.Term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[96..], header.HardState.Term.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[104..], header.HardState.VotedFor.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[112..], header.HardState.Commit.Value);
        header.Base.Configuration.Span.CopyTo(span[ConfigurationAt..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[ChecksumAt..], Checksum(span));
        return bytes;
    }

    /// <summary>Reads the header of a segment file, or throws what is wrong with it.</summary>
    public static SegmentHeader Read(IDiskFile file)
    {
        var bytes = ReadWhole(file);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ChecksumAt)) != Checksum(bytes))
        {
            throw new LogDamageException(file.Name, 0, "the checksum of the segment header does not hold");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (version != FormatVersion)
        {
            throw new LogVersionException(file.Name, version, FormatVersion);
        }

        var header = Decode(bytes);
        if (header.Capacity != file.Length)
        {
            throw new LogDamageException(
                file.Name, file.Length, $"the file has {file.Length} bytes and was allocated with {header.Capacity}");
        }

        return header;
    }

    private static byte[] ReadWhole(IDiskFile file)
    {
        var block = new byte[BlockSize];
        if (file.Read(0, block) < BlockSize || BinaryPrimitives.ReadUInt64LittleEndian(block) != Magic)
        {
            throw new LogDamageException(file.Name, 0, "it does not begin with a segment header");
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(12));
        if (size < BlockSize || size > SizeFor(MaxConfigurationBytes) || size % BlockSize != 0)
        {
            throw new LogDamageException(file.Name, 12, $"a segment header of {size} bytes cannot be");
        }

        var bytes = new byte[size];
        return file.Read(0, bytes) == size
            ? bytes
            : throw new LogDamageException(file.Name, file.Length, "the file ends within the segment header");
    }

    private static SegmentHeader Decode(ReadOnlySpan<byte> span) => new(
        (SegmentKind)span[20],
        new LogIdentity(
            new Guid(span.Slice(48, 16)),
            new MemberId(BinaryPrimitives.ReadUInt64LittleEndian(span[64..])),
            new Epoch(BinaryPrimitives.ReadInt64LittleEndian(span[72..]))),
        BinaryPrimitives.ReadInt64LittleEndian(span[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(span[32..]),
        BinaryPrimitives.ReadInt32LittleEndian(span[40..]),
        new LogBase(
            new LogPosition(
                new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(span[80..])),
                new Term(BinaryPrimitives.ReadInt64LittleEndian(span[88..]))),
            span.Slice(ConfigurationAt, BinaryPrimitives.ReadInt32LittleEndian(span[44..])).ToArray()),
        new HardState(
            new Term(BinaryPrimitives.ReadInt64LittleEndian(span[96..])),
            new MemberId(BinaryPrimitives.ReadUInt64LittleEndian(span[104..])),
            new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(span[112..]))));

    private static uint Checksum(ReadOnlySpan<byte> bytes) =>
        Crc32C.Add(Crc32C.Add(Crc32C.Seed, bytes[..ChecksumAt]), bytes[(ChecksumAt + 4)..]);
}
