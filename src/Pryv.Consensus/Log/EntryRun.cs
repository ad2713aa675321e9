namespace Pryv.Consensus.Log;

/// <summary>Neighbouring entries of one segment that are read with one call.</summary>
internal sealed record EntryRun(Segment Segment, LogIndex First, IReadOnlyList<Slot> Slots)
{
    public void ReadInto(List<Entry> entries)
    {
        var origin = Slots[0].Offset;
        var bytes = new byte[Slots[^1].End - origin];
        var read = Segment.File.Read(origin, bytes);
        for (var i = 0; i < Slots.Count; i++)
        {
            entries.Add(EntryAt(bytes.AsMemory(0, read), origin, Slots[i], First + i));
        }
    }

    private Entry EntryAt(ReadOnlyMemory<byte> bytes, int origin, Slot slot, LogIndex index)
    {
        if (slot.End - origin > bytes.Length
            || !Record.TryRead(bytes, origin, slot.Offset, Segment.Header.Salt, out var record)
            || !record.Header.IsEntry
            || record.Header.Index != index)
        {
            throw new LogDamageException(Segment.File.Name, slot.Offset, $"entry {index} cannot be read back");
        }

        return record.ToEntry();
    }
}
