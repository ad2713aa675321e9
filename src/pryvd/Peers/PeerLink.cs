using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;

namespace Pryvd.Peers;

/// <summary>
/// Messages to one member over one stream, in order, in batches. What does not fit in its bounded queue, or is under way
/// when the stream breaks, is lost: Raft repeats it.
/// </summary>
internal sealed class PeerLink : IAsyncDisposable
{
    private const int MaxBatchBytes = 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A member that comes back waits for it: it can say nothing that is current before the leader's stream has reached it.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Message> _queue;
    private readonly Func<Peer.PeerClient> _client;
    private readonly Func<ConsensusFrame> _frame;
    private readonly PeerNotices _notices;
    private readonly Action<Epoch> _newerEpoch;
    private readonly string _node;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _called = NewCall();

    public PeerLink(
        string node, Func<Peer.PeerClient> client, Func<ConsensusFrame> frame, PeerNotices notices, Action<Epoch> newerEpoch, int capacity, TimeProvider clock, ILogger logger)
    {
        (_node, _client, _frame, _notices, _newerEpoch, _clock, _logger) = (node, client, frame, notices, newerEpoch, clock, logger);
        _queue = Channel.CreateBounded<Message>(new BoundedChannelOptions(capacity)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.DropWrite,
        });
        _running = Task.Run(RunAsync);
    }

    public void Send(Message message) => _queue.Writer.TryWrite(message);

    /// <summary>The other side has called us: it is back, and a pause between attempts ends at once.</summary>
    public void Called() => _called.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WaitForMessageAsync().ConfigureAwait(false);
                var sent = await StreamAsync().ConfigureAwait(false);
                pause = sent > 0 ? FirstPause : pause;
            }
            catch (Exception failure) when (failure is RpcException or OperationCanceledException or IOException or InvalidOperationException)
            {
                Report(failure);
            }

            if (!_stop.IsCancellationRequested)
            {
                var wasCalled = await PauseAsync(pause).ConfigureAwait(false);
                pause = wasCalled ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task WaitForMessageAsync() => await _queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false);

    /// <summary>Sends until the stream breaks; the number of frames sent.</summary>
    private async Task<long> StreamAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var call = _client().Deliver(cancellationToken: ended.Token);
        var answer = WatchAnswerAsync(call, ended);
        var frames = 0L;
        try
        {
            while (await _queue.Reader.WaitToReadAsync(ended.Token).ConfigureAwait(false))
            {
                await call.RequestStream.WriteAsync(NextFrame(), ended.Token).ConfigureAwait(false);
                if (frames++ == 0)
                {
                    _notices.Clear(_node);
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or RpcException or InvalidOperationException && !_stop.IsCancellationRequested)
        {
            // Why it ended stands in the answer.
            await answer.ConfigureAwait(false);
            throw;
        }

        return frames;
    }

    /// <summary>The other side answers only to end the stream: with its reason.</summary>
    private static async Task WatchAnswerAsync(AsyncClientStreamingCall<ConsensusFrame, DeliverReply> call, CancellationTokenSource ended)
    {
        try
        {
            await call.ResponseAsync.ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private ConsensusFrame NextFrame()
    {
        var frame = _frame();
        var bytes = 0;
        while (bytes < MaxBatchBytes && _queue.Reader.TryRead(out var message))
        {
            var encoded = MessageCodec.Encode(message);
            frame.Messages.Add(UnsafeByteOperations.UnsafeWrap(encoded));
            bytes += encoded.Length;
        }

        return frame;
    }

    private void Report(Exception failure)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        var reason = failure is RpcException rpc ? rpc.Status.Detail : failure.Message;
        if (_notices.Put(_node, PeerNotice.Of(failure, reason)))
        {
            _logger.LogWarning("Cannot deliver to node {Node}: {Reason}", _node, reason);
        }

        if (EpochOf(failure) is { } epoch)
        {
            _newerEpoch(epoch);
        }
    }

    /// <summary>The epoch of a peer that refused us for ours.</summary>
    private static Epoch? EpochOf(Exception failure) =>
        failure is RpcException { StatusCode: StatusCode.FailedPrecondition } refused
        && long.TryParse(refused.Trailers.FirstOrDefault(t => t.Key == PeerProtocol.EpochTrailer)?.Value, CultureInfo.InvariantCulture, out var epoch)
            ? new Epoch(epoch)
            : null;

    /// <summary>Whether the other side ended it: not before the shortest one, so that two sides that refuse each other do not call in a loop.</summary>
    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(Task.Delay(FirstPause, _clock, over.Token)).ConfigureAwait(false);
        var called = _called.Task;
        await Task.WhenAny(Task.Delay(pause - FirstPause, _clock, over.Token), called).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (!called.IsCompleted)
        {
            return false;
        }

        _called = NewCall();
        return true;
    }

    private static TaskCompletionSource NewCall() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
