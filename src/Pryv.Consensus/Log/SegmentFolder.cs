namespace Pryv.Consensus.Log;

/// <summary>The segment files of a log in their folder: which there are, how one comes to be and how it goes.</summary>
internal sealed class SegmentFolder(IDisk disk)
{
    /// <summary>Sequence numbers of the segments there are, ascending.</summary>
    public IReadOnlyList<long> Sequences()
    {
        var sequences = new List<long>();
        foreach (var name in disk.List())
        {
            if (SegmentName.TryParse(name, out var sequence))
            {
                sequences.Add(sequence);
            }
        }

        sequences.Sort();
        return sequences;
    }

    public IDiskFile Open(long sequence) => disk.Open(SegmentName.Of(sequence));

    /// <summary>Writes a new segment under a name that opening ignores; it counts only once it is published.</summary>
    public Segment Prepare(SegmentHeader header)
    {
        var file = disk.Create(SegmentName.UnfinishedOf(header.Sequence), header.Capacity);
        file.Write(0, SegmentHeaderCodec.Encode(header));
        return new Segment(file, header);
    }

    /// <summary>Makes a prepared segment part of the log: its contents are on the disk before its name is.</summary>
    public Segment Publish(Segment prepared)
    {
        var sequence = prepared.Header.Sequence;
        prepared.File.Flush();
        prepared.File.Dispose();
        disk.Rename(SegmentName.UnfinishedOf(sequence), SegmentName.Of(sequence));
        disk.FlushFolder();
        return new Segment(Open(sequence), prepared.Header) { End = prepared.End };
    }

    /// <summary>Deletes segments one after the other, so that a crash leaves no gap between those that stay.</summary>
    public void Delete(IEnumerable<long> ascending)
    {
        foreach (var sequence in ascending)
        {
            disk.Delete(SegmentName.Of(sequence));
            disk.FlushFolder();
        }
    }

    public void DeleteUnfinished()
    {
        foreach (var name in disk.List())
        {
            if (SegmentName.IsUnfinished(name))
            {
                disk.Delete(name);
            }
        }

        disk.FlushFolder();
    }
}
