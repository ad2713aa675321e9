using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Internal.V1;
using Pryvd.Peers;
using Pryvd.Peers.Links;
using Pryvd.Tests.Api;

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
        await using var link = NewLink(NobodyAsync, clock);
        link.Send(SomeMessage);
        await clock.LongPause.Task.WaitAsync(Patience);
        while (attempts.Wait(0))
        {
        }

        link.Called();

        Assert.True(await attempts.WaitAsync(Patience), "the link still pauses");
    }

    [Fact]
    public async Task What_nobody_foresaw_ends_one_attempt_and_not_the_link()
    {
        using var attempts = new SemaphoreSlim(0);
        Task<OpenLink> BrokenAsync(CancellationToken cancel)
        {
            attempts.Release();
            throw new ArgumentException("no such thing");
        }

        await using var link = NewLink(BrokenAsync, TimeProvider.System);
        link.Send(SomeMessage);

        Assert.True(await attempts.WaitAsync(Patience) && await attempts.WaitAsync(Patience), "it was tried once");
    }

    [Fact]
    public async Task Another_connection_is_opened_when_the_certificate_was_renewed_or_the_other_side_takes_nothing()
    {
        var (clock, pipes) = (new ShiftedClock(), Channel.CreateUnbounded<(Silence Stream, CancellationTokenSource Over)>());
        Task<OpenLink> DialAsync(CancellationToken cancel)
        {
            var opened = (new Silence(), new CancellationTokenSource());
            pipes.Writer.TryWrite(opened);
            return Task.FromResult(new OpenLink(opened.Item1, opened.Item2.Token));
        }

        await using var link = NewLink(DialAsync, clock);
        link.Send(SomeMessage);
        var first = await pipes.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        await first.Stream.Written.WaitAsync(Patience);
        await first.Over.CancelAsync();
        var second = await NextAsync(TimeSpan.Zero);
        await second.Stream.Written.WaitAsync(Patience);
        await NextAsync(LinkPulse.Patience);

        // A message that the connection before still takes is lost with it: Raft repeats it, and so does this.
        async Task<(Silence Stream, CancellationTokenSource Over)> NextAsync(TimeSpan passing)
        {
            using var deadline = new CancellationTokenSource(Patience);
            var next = pipes.Reader.ReadAsync(deadline.Token).AsTask();
            while (!next.IsCompleted)
            {
                clock.Passed += passing;
                link.Send(SomeMessage);
                await Task.WhenAny(next, Task.Delay(10, deadline.Token));
            }

            return await next;
        }
    }

    private static Message SomeMessage { get; } = new Message.TimeoutNow(new MemberId(1), new MemberId(2), new Term(1));

    private static PeerLink NewLink(Func<CancellationToken, Task<OpenLink>> dial, TimeProvider clock) =>
        new("other", dial, new LinkOpening(), new PeerNotices(), _ => { }, 16, clock, NullLogger.Instance);

    /// <summary>A connection that takes everything and says nothing.</summary>
    private sealed class Silence : MemoryStream
    {
        private readonly TaskCompletionSource _messages = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _writes;

        /// <summary>Ends when a message has followed the opening.</summary>
        public Task Written => _messages.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++_writes == 2)
            {
                _messages.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
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
