using Grpc.Core;
using Pryv.V1;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>Reads from this node's own state: linearizable after a confirmation by the leader, or as stale as they say.</summary>
public sealed class Reads(NodeHost host)
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The state to answer from and what the answer rests on.</summary>
    public async Task<(ReadView View, ReadInfo Info)> BeginAsync(ReadMode? mode, ServerCallContext context)
    {
        if (mode?.Stale == true)
        {
            var stale = host.RequireStore().Read();
            return (stale, InfoOf(stale, true));
        }

        await ConfirmAsync(host.RequireSession(), context).ConfigureAwait(false);
        var view = host.RequireStore().Read();
        return (view, InfoOf(view, false));
    }

    /// <summary>Waits until what is applied here is at least as new as every write acknowledged before the call.</summary>
    public static async Task ConfirmAsync(ClusterSession session, ServerCallContext context)
    {
        var giveUp = context.Deadline == DateTime.MaxValue ? DateTime.UtcNow + DefaultPatience : context.Deadline - (2 * Pause);
        while (await WithinAsync(session, session.ReadIndexAsync(), giveUp, context.CancellationToken).ConfigureAwait(false) is null)
        {
            if (DateTime.UtcNow + Pause >= giveUp)
            {
                throw Unconfirmed(session);
            }

            await Task.Delay(Pause, context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<T> WithinAsync<T>(ClusterSession session, Task<T> task, DateTime giveUp, CancellationToken cancel)
    {
        try
        {
            var left = giveUp - DateTime.UtcNow;
            return await task.WaitAsync(left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestWait ? left : LongestWait, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Unconfirmed(session);
        }
    }

    private static RpcException Unconfirmed(ClusterSession session) => Errors.NoLeader("The read could not be confirmed", session);

    private ReadInfo InfoOf(ReadView view, bool stale) => new()
    {
        AppliedIndex = view.Position.Index.Value,
        Stale = stale,
        AgeMs = stale ? (long?)host.Session?.Age?.TotalMilliseconds ?? -1 : 0,
    };
}
