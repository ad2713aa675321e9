namespace Pryv.Consensus.Replication;

/// <summary>Reads whose index is known and that wait until it is applied here.</summary>
internal sealed class WaitingReads
{
    private readonly PriorityQueue<long, LogIndex> _waiting = new();

    public void Add(long token, LogIndex index) => _waiting.Enqueue(token, index);

    public IEnumerable<ReplicaEffect> Applied(LogIndex applied)
    {
        while (_waiting.TryPeek(out _, out var index) && index <= applied)
        {
            yield return new ReplicaEffect.ReadDone(_waiting.Dequeue(), applied);
        }
    }
}
