namespace Pryv.Consensus.Core;

/// <summary>The Append messages to one follower that it has not answered, oldest first, with bounds on their number and bytes.</summary>
internal sealed class Inflight(int maxMessages, int maxBytes)
{
    private readonly Queue<(LogIndex Last, int Bytes)> messages = new();
    private long bytes;

    public bool IsFull => messages.Count >= maxMessages || bytes >= maxBytes;

    public int Count => messages.Count;

    public void Add(LogIndex last, int size)
    {
        messages.Enqueue((last, size));
        bytes += size;
    }

    /// <summary>Everything up to <paramref name="index"/> has been answered.</summary>
    public void FreeTo(LogIndex index)
    {
        while (messages.TryPeek(out var oldest) && oldest.Last <= index)
        {
            bytes -= messages.Dequeue().Bytes;
        }
    }

    public void Clear()
    {
        messages.Clear();
        bytes = 0;
    }
}
