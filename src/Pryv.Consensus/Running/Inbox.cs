using Pryv.Consensus.Replication;

namespace Pryv.Consensus.Running;

/// <summary>What has happened and waits for the replica's thread. Messages are bounded: past the bound they are dropped like on a network; the rest is bounded by who adds it.</summary>
internal sealed class Inbox(int maxMessages)
{
    private readonly object _gate = new();
    private List<ReplicaEvent> _waiting = [];
    private int _messages;
    private bool _stopped;

    /// <summary>How many messages were dropped because the replica did not keep up.</summary>
    public long Dropped { get; private set; }

    public void Add(ReplicaEvent happened)
    {
        lock (_gate)
        {
            if (happened is ReplicaEvent.Received && ++_messages > maxMessages)
            {
                Dropped++;
                return;
            }

            _waiting.Add(happened);
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>All that waits, or nothing after <paramref name="milliseconds"/>; false once stopped. <paramref name="batch"/> is emptied and reused.</summary>
    public bool Take(ref List<ReplicaEvent> batch, int milliseconds)
    {
        batch.Clear();
        lock (_gate)
        {
            if (!_stopped && _waiting.Count == 0 && milliseconds > 0)
            {
                Monitor.Wait(_gate, milliseconds);
            }

            (batch, _waiting) = (_waiting, batch);
            _messages = 0;
            return !_stopped;
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }
    }
}
