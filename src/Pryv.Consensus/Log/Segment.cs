namespace Pryv.Consensus.Log;

/// <summary>An open segment file with the index of its living entries. Its holder guards it with the log's lock.</summary>
internal sealed class Segment(IDiskFile file, SegmentHeader header)
{
    private int _readers;
    private bool _dropped;

    public IDiskFile File { get; } = file;

    public SegmentHeader Header { get; } = header;

    public SegmentIndex Index { get; } = new(header.Base.Position);

    public LogIndex BaseIndex => Header.Base.Position.Index;

    /// <summary>Where the next group will be written.</summary>
    public int End { get; set; } = header.Size;

    public int Room => Header.Capacity - End;

    /// <summary>Keeps the file open while it is read outside of the lock.</summary>
    public void Retain() => _readers++;

    public void Release()
    {
        _readers--;
        CloseWhenUnused();
    }

    /// <summary>Closes the file as soon as nobody reads it any more.</summary>
    public void Drop()
    {
        _dropped = true;
        CloseWhenUnused();
    }

    private void CloseWhenUnused()
    {
        if (_dropped && _readers == 0)
        {
            File.Dispose();
        }
    }
}
