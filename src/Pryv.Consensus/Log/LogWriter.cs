using System.Buffers;

namespace Pryv.Consensus.Log;

/// <summary>Writes groups and new segments to the disk and knows which groups are durable. Used by the appending thread alone.</summary>
internal sealed class LogWriter(SegmentFolder folder, LogOptions options, long lastGroup)
{
    private long _lastGroup = lastGroup;
    private long _flushedGroup = lastGroup;

    /// <summary>Writes a group to a segment that has room for it, with one call.</summary>
    public void Write(Segment segment, HardState? hardState, IReadOnlyList<Entry> entries)
    {
        var size = (int)GroupWriter.SizeOf(hardState, entries);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var group = buffer.AsSpan(0, size);
            new GroupWriter(group, segment.End, segment.Header.Salt, _lastGroup + 1, _flushedGroup).Write(hardState, entries);
            segment.File.Write(segment.End, group);
            segment.End += size;
            _lastGroup++;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Flush(Segment active)
    {
        if (_flushedGroup < _lastGroup)
        {
            active.File.Flush();
            _flushedGroup = _lastGroup;
        }
    }

    /// <summary>
    /// Begins a segment with a group in it, durable when it returns. What comes before is durable first, so that only the
    /// last segment of a log can have a torn tail; the group is in the file before its name is, so that the two come together.
    /// </summary>
    public Segment Begin(
        SegmentKind kind,
        LogIdentity identity,
        Segment active,
        LogBase start,
        HardState inForce,
        HardState? hardState,
        IReadOnlyList<Entry> entries)
    {
        Flush(active);
        var sequence = active.Header.Sequence + 1;
        var prepared = Prepare(kind, identity, sequence, start, inForce, GroupWriter.SizeOf(hardState, entries));
        Write(prepared, hardState, entries);
        return Publish(prepared);
    }

    /// <summary>Begins a log that holds nothing but its base, durable when it returns.</summary>
    public Segment BeginLog(LogIdentity identity, long sequence, LogBase start, HardState hardState) =>
        Publish(Prepare(SegmentKind.Start, identity, sequence, start, hardState, 0));

    public void Delete(IEnumerable<Segment> ascending) => folder.Delete(ascending.Select(segment => segment.Header.Sequence));

    private Segment Prepare(
        SegmentKind kind, LogIdentity identity, long sequence, LogBase start, HardState inForce, long groupBytes)
    {
        const int block = SegmentHeaderCodec.BlockSize;
        var needed = SegmentHeaderCodec.SizeFor(start.Configuration.Length) + groupBytes;
        var capacity = (int)((Math.Max(options.SegmentBytes, needed) + block - 1) / block * block);
        return folder.Prepare(new SegmentHeader(kind, identity, sequence, _lastGroup + 1, capacity, start, inForce));
    }

    private Segment Publish(Segment prepared)
    {
        var segment = folder.Publish(prepared);
        _flushedGroup = _lastGroup;
        return segment;
    }
}
