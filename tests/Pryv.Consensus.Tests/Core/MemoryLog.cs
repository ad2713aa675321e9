using Pryv.Consensus.Log;

namespace Pryv.Consensus.Tests.Core;

/// <summary>A log on a disk that never fails and takes no time.</summary>
internal sealed class MemoryLog(LogPosition start = default) : IEntryReader
{
    private readonly List<Entry> _entries = [];
    private LogPosition _start = start;

    public LogIndex First => _start.Index.Next();

    public LogIndex Last => _start.Index + _entries.Count;

    public void Append(IReadOnlyList<Entry> entries)
    {
        if (entries.Count > 0)
        {
            var keep = (int)(entries[0].Index - First);
            _entries.RemoveRange(keep, _entries.Count - keep);
            _entries.AddRange(entries);
        }
    }

    public void Reset(LogPosition to)
    {
        _entries.Clear();
        _start = to;
    }

    public Term TermAt(LogIndex index) => index == _start.Index ? _start.Term : At(index).Term;

    public IReadOnlyList<Entry> Read(LogIndex first, LogIndex last, int maxBytes)
    {
        var read = new List<Entry>();
        var size = 0L;
        for (var index = first; index <= LogIndex.Min(last, Last); index = index.Next())
        {
            size += At(index).Size;
            if (read.Count > 0 && size > maxBytes)
            {
                break;
            }

            read.Add(At(index));
        }

        return read;
    }

    private Entry At(LogIndex index) => _entries[(int)(index - First)];
}
