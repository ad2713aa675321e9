namespace Pryv.Consensus.Log;

/// <summary>Replays one segment into the contents of the log, group by group, and says where what can be trusted ends.</summary>
internal sealed class SegmentReplay
{
    private const int Alignment = 8;

    private readonly LogContents _contents;
    private readonly Segment _segment;
    private readonly byte[] _bytes;
    private readonly List<int> _groupStarts = [];
    private readonly List<Record> _group = [];
    private long _flushed;

    public SegmentReplay(LogContents contents, Segment segment)
    {
        _contents = contents;
        _segment = segment;
        _bytes = new byte[segment.Header.Capacity];
        _flushed = segment.Header.FirstGroup - 1;
        if (segment.File.Read(0, _bytes) != _bytes.Length)
        {
            throw Damage(_bytes.Length, "the file ends early");
        }
    }

    /// <summary>Number of the group that comes after those replayed.</summary>
    public long NextGroup => _segment.Header.FirstGroup + _groupStarts.Count;

    public void Run()
    {
        while (TryReadGroup())
        {
            _groupStarts.Add(_segment.End);
            _segment.End = _group[^1].Offset + _group[^1].Header.RecordSize;
            _flushed = Math.Max(_flushed, _group[^1].Header.Flushed);
            _group.ForEach(Apply);
        }

        RequireFirstGroup();
    }

    /// <summary>A segment was flushed before the next was begun, so nothing but allocated space may follow its last group.</summary>
    public void RequireCleanEnd()
    {
        if (Rest.ContainsAnyExcept((byte)0))
        {
            throw Damage(_segment.End, "a record does not hold its checksum, and later segments prove that it had been flushed");
        }
    }

    /// <summary>
    /// Cuts what a crash left of the groups that were being written, and makes the others durable: they may have come
    /// from the page cache of a process that died before, or whose flush failed, so they are written again.
    /// </summary>
    public void RepairEnd()
    {
        RequireNoFlushedGroupBehindEnd();
        var torn = Rest.LastIndexOfAnyExcept((byte)0) + 1;
        if (torn > 0)
        {
            _segment.File.Write(_segment.End, new byte[torn]);
        }

        var unproven = (int)(_flushed + 1 - _segment.Header.FirstGroup);
        if (unproven < _groupStarts.Count)
        {
            var start = _groupStarts[unproven];
            _segment.File.Write(start, _bytes.AsSpan(start, _segment.End - start));
        }

        _segment.File.Flush();
    }

    /// <summary>But for one that begins a log, a segment got its name when its first group was on the disk with it; its base may cut what only that group replaces.</summary>
    private void RequireFirstGroup()
    {
        if (_groupStarts.Count == 0 && _segment.Header.Kind != SegmentKind.Start)
        {
            throw Damage(_segment.End, "a record does not hold its checksum, and the segment was flushed with it before it was given its name");
        }
    }

    private Span<byte> Rest => _bytes.AsSpan(_segment.End);

    /// <summary>A group that does not hold was flushed once if any later record was written after the flush of it.</summary>
    private void RequireNoFlushedGroupBehindEnd()
    {
        for (var offset = _segment.End; offset <= _bytes.Length - RecordHeader.Size; offset += Alignment)
        {
            if (RecordHeader.TryRead(_bytes.AsSpan(offset), _segment.Header.Salt, offset, out var later) && later.Flushed >= NextGroup)
            {
                throw Damage(
                    _segment.End, $"a record does not hold its checksum, and the one at offset {offset} proves that it had been flushed");
            }
        }
    }

    private bool TryReadGroup()
    {
        _group.Clear();
        var offset = _segment.End;
        while (offset < _bytes.Length && Record.TryRead(_bytes, 0, offset, _segment.Header.Salt, out var record))
        {
            if (record.Header.Group != NextGroup)
            {
                throw Damage(offset, $"a record of group {record.Header.Group} stands where group {NextGroup} belongs");
            }

            _group.Add(record);
            offset += record.Header.RecordSize;
            if (record.Header.EndsGroup)
            {
                return true;
            }
        }

        return false;
    }

    private void Apply(Record record)
    {
        if (!record.Header.IsEntry)
        {
            _contents.HardState = record.ToHardState();
            return;
        }

        var index = record.Header.Index;
        if (index <= _segment.BaseIndex || index > _contents.Last.Next())
        {
            throw Damage(record.Offset, $"entry {index} stands behind entry {_contents.Last}");
        }

        // What is kept in memory must not keep the whole segment's bytes alive.
        var data = record.Kind == EntryKind.Configuration ? record.Payload.ToArray() : record.Payload;
        _contents.Add(record.ToEntry() with { Data = data }, new Slot(record.Offset, record.Header.Length));
    }

    private LogDamageException Damage(int offset, string what) => new(_segment.File.Name, offset, what);
}
