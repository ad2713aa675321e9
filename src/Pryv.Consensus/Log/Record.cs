using System.Buffers.Binary;

namespace Pryv.Consensus.Log;

/// <summary>A record as it was read, with its place in its segment.</summary>
internal readonly record struct Record(RecordHeader Header, int Offset, ReadOnlyMemory<byte> Payload)
{
    public const int HardStatePayload = 8;

    public EntryKind Kind => Header.Type switch
    {
        RecordType.Noop => EntryKind.Noop,
        RecordType.Command => EntryKind.Command,
        RecordType.Configuration => EntryKind.Configuration,
        _ => throw new InvalidOperationException($"A record of type {Header.Type} is not an entry."),
    };

    public Entry ToEntry() => new(Header.Index, Header.Term, Kind, Payload);

    public HardState ToHardState() =>
        new(Header.Term, new MemberId(BinaryPrimitives.ReadUInt64LittleEndian(Payload.Span)), Header.Index);

    /// <summary>
    /// Reads the record at <paramref name="offset"/> of a segment, of which <paramref name="bytes"/> are the part that
    /// starts at <paramref name="origin"/>; false when header or payload are not whole.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, int origin, int offset, uint salt, out Record record)
    {
        record = default;
        var rest = bytes[(offset - origin)..];
        if (!RecordHeader.TryRead(rest.Span, salt, offset, out var header) || header.Length > rest.Length - RecordHeader.Size)
        {
            return false;
        }

        var padded = RecordHeader.PaddedLength(header.Length);
        if (padded > rest.Length - RecordHeader.Size
            || Crc32C.Add(Crc32C.Seed, rest.Span.Slice(RecordHeader.Size, padded)) != header.PayloadChecksum)
        {
            return false;
        }

        record = new Record(header, offset, rest.Slice(RecordHeader.Size, header.Length));
        return header.IsEntry || header.Length == HardStatePayload;
    }
}
