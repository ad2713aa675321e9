using Pryv.Consensus;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;

namespace Pryvd.Observers;

/// <summary>A member's book of the observers that report to it, for several threads.</summary>
internal sealed class ReportDesk(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly ReportBook _book = new(clock.GetUtcNow().ToUnixTimeMilliseconds());
    private readonly long _started = clock.GetTimestamp();

    public void Take(string node, LogIndex applied, LogIndex commit)
    {
        lock (_gate)
        {
            _book.Take(node, applied, commit, Now);
        }
    }

    public CollectReply Since(long version)
    {
        lock (_gate)
        {
            var changed = _book.Since(version, Now);
            var reply = new CollectReply { Version = _book.Version };
            reply.Observers.AddRange(changed.Select(r => new Pryv.Internal.V1.ObserverReport
            {
                NodeId = r.Node,
                Standing = (uint)r.Standing,
                Applied = r.Applied.Value,
            }));
            return reply;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_started);
}
