using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Internal.V1;
using Pryvd.Peers;
using Pryvd.Peers.Links;

namespace Pryvd.Tests.Peers;

/// <summary>M2: a member that comes back waits for the link of the leader.</summary>
public sealed class PeerLinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_pause_between_attempts_ends_when_the_other_side_calls()
    {
        using var attempts = new SemaphoreSlim(0);
        Task<OpenLink> NobodyAsync(CancellationToken cancel)
        {
            attempts.Release();
            throw new RpcException(new Status(StatusCode.Unavailable, "nobody answers there"));
        }

        var clock = new ShortPausesOnly();
        await using var link = new PeerLink("other", NobodyAsync, new LinkOpening(), new PeerNotices(), _ => { }, 16, clock, NullLogger.Instance);
        link.Send(new Message.TimeoutNow(new MemberId(1), new MemberId(2), new Term(1)));
        await clock.LongPause.Task.WaitAsync(Patience);
        while (attempts.Wait(0))
        {
        }

        link.Called();

        Assert.True(await attempts.WaitAsync(Patience), "the link still pauses");
    }

    /// <summary>Pauses of up to 20 ms are over at once, longer ones never.</summary>
    private sealed class ShortPausesOnly : TimeProvider
    {
        public TaskCompletionSource LongPause { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.FromMilliseconds(20))
            {
                LongPause.TrySetResult();
                dueTime = Timeout.InfiniteTimeSpan;
            }

            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}
