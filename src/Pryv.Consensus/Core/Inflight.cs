namespace Pryv.Consensus.Core;

/// <summary>The Append messages to one follower that it has not answered, oldest first, with bounds on their number and bytes.</summary>
internal sealed class Inflight(int maxMessages, int maxBytes)
{
    private readonly Queue<(LogIndex Last, int Bytes)> _messages = new();
    private long _bytes;

    public bool IsFull => _messages.Count >= maxMessages || _bytes >= maxBytes;

    public int Count => _messages.Count;

    public void Add(LogIndex last, int size)
    {
        _messages.Enqueue((last, size));
        _bytes += size;
    }

    /// <summary>Everything up to <paramref name="index"/> has been answered.</summary>
    public void FreeTo(LogIndex index)
    {
        while (_messages.TryPeek(out var oldest) && oldest.Last <= index)
        {
            _bytes -= _messages.Dequeue().Bytes;
        }
    }

    public void Clear()
    {
        _messages.Clear();
        _bytes = 0;
    }
}
