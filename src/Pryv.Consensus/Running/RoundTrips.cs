using System.Diagnostics;
using Pryv.Consensus.Core;
using Pryv.Consensus.Replication;

namespace Pryv.Consensus.Running;

/// <summary>Measures round trips by the heartbeats that are sent anyway: queues on the way count, as they do for elections.</summary>
internal sealed class RoundTrips(Samples samples)
{
    private readonly Dictionary<MemberId, (long Round, long SentAt)> _underWay = [];

    public void Sent(Message message)
    {
        if (message is Message.Heartbeat heartbeat)
        {
            _underWay.TryAdd(heartbeat.To, (heartbeat.Round, Stopwatch.GetTimestamp()));
        }
    }

    public void Observe(ReplicaEvent happened)
    {
        if (happened is ReplicaEvent.Received { Message: Message.HeartbeatReply reply }
            && _underWay.TryGetValue(reply.From, out var sent) && reply.Round >= sent.Round)
        {
            _underWay.Remove(reply.From);
            samples.Add(Stopwatch.GetElapsedTime(sent.SentAt));
        }
    }
}
