using System.Buffers.Binary;

namespace Pryv.Consensus.Log;

/// <summary>Encodes the records of one append into a buffer that is then written at once.</summary>
/// <param name="target">Room for exactly <see cref="SizeOf"/> bytes.</param>
/// <param name="origin">Where in the segment the buffer will stand.</param>
internal ref struct GroupWriter(Span<byte> target, int origin, uint salt, long group, long flushed)
{
    private readonly Span<byte> _target = target;
    private int _position;

    public static long SizeOf(HardState? hardState, IReadOnlyList<Entry> entries)
    {
        long size = hardState is null ? 0 : RecordHeader.SizeOf(Record.HardStatePayload);
        for (var i = 0; i < entries.Count; i++)
        {
            size += RecordHeader.SizeOf(entries[i].Data.Length);
        }

        return size;
    }

    public void Write(HardState? hardState, IReadOnlyList<Entry> entries)
    {
        if (hardState is { } state)
        {
            Span<byte> vote = stackalloc byte[Record.HardStatePayload];
            BinaryPrimitives.WriteUInt64LittleEndian(vote, state.VotedFor.Value);
            Put(RecordType.HardState, state.Commit, state.Term, vote, entries.Count == 0);
        }

        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            Put(TypeOf(entry.Kind), entry.Index, entry.Term, entry.Data.Span, i == entries.Count - 1);
        }
    }

    private static RecordType TypeOf(EntryKind kind) => kind switch
    {
        EntryKind.Noop => RecordType.Noop,
        EntryKind.Command => RecordType.Command,
        EntryKind.Configuration => RecordType.Configuration,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is checked before the append."),
    };

    private void Put(RecordType type, LogIndex index, Term term, scoped ReadOnlySpan<byte> data, bool endsGroup)
    {
        var record = _target.Slice(_position, RecordHeader.SizeOf(data.Length));
        var payload = record[RecordHeader.Size..];
        data.CopyTo(payload);
        payload[data.Length..].Clear();
        var header = new RecordHeader(
            type, endsGroup, group, (uint)(group - flushed), index, term, data.Length, Crc32C.Add(Crc32C.Seed, payload));
        header.Write(record, salt, origin + _position);
        _position += record.Length;
    }
}
