using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Pryv.Internal.V1;

namespace Pryvd.Peers;

/// <summary>
/// Forwarded calls to one node over one stream. When the stream breaks the calls that wait are given up: whoever made
/// them tries again, with the same request id.
/// </summary>
internal sealed class ForwardLink : IDisposable
{
    private const int MaxWaiting = 16 * 1024;
    private const int MaxCalls = 256;
    private const int MaxBatchBytes = 1024 * 1024;
    private const int MaxCallBytes = 6 * 1024 * 1024;

    private readonly Channel<ForwardCall> _queue = Channel.CreateBounded<ForwardCall>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ForwardReply>> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncDuplexStreamingCall<ForwardCalls, ForwardAnswers> _call;
    private long _id;
    private RpcException? _broken;

    public ForwardLink(Peer.PeerClient client)
    {
        _call = client.Forward(cancellationToken: _stop.Token);
        _ = RunAsync(WriteAsync);
        _ = RunAsync(ReadAsync);
    }

    /// <summary>Whether the stream has ended; a new link is needed then.</summary>
    public bool IsBroken => Volatile.Read(ref _broken) is not null;

    /// <exception cref="RpcException">The stream broke: the call may have been carried out or not.</exception>
    public async Task<ForwardReply> CallAsync(ForwardRequest request, CancellationToken cancel)
    {
        if (request.CalculateSize() > MaxCallBytes)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The request is too large to be handed to the leader; at most {MaxCallBytes} bytes are."));
        }

        var id = Interlocked.Increment(ref _id);

        // Who waits goes on in the loop that reads the answers, one after the other: a thread would be woken for each otherwise.
        var done = new TaskCompletionSource<ForwardReply>();
        _waiting[id] = done;
        try
        {
            if (!_queue.Writer.TryWrite(new ForwardCall { Id = id, Request = request }))
            {
                throw _broken ?? new RpcException(new Status(StatusCode.Unavailable, "too many calls wait for the leader"));
            }

            return Volatile.Read(ref _broken) is { } broken ? throw broken : await done.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        Break(new RpcException(new Status(StatusCode.Unavailable, "the connection to the leader was closed")));
    }

    private async Task RunAsync(Func<Task> direction)
    {
        try
        {
            await direction().ConfigureAwait(false);
            Break(new RpcException(new Status(StatusCode.Unavailable, "the leader ended the stream of calls")));
        }
        catch (RpcException failure)
        {
            Break(failure);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            Break(new RpcException(new Status(StatusCode.Unavailable, failure.Message)));
        }
    }

    private async Task WriteAsync()
    {
        while (await _queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
        {
            var (batch, bytes) = (new ForwardCalls(), 0);
            while (batch.Calls.Count < MaxCalls && bytes < MaxBatchBytes && _queue.Reader.TryRead(out var call))
            {
                batch.Calls.Add(call);
                bytes += call.Request.Request.Length;
            }

            await _call.RequestStream.WriteAsync(batch, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        while (await _call.ResponseStream.MoveNext(_stop.Token).ConfigureAwait(false))
        {
            foreach (var answer in _call.ResponseStream.Current.Answers)
            {
                if (_waiting.TryRemove(answer.Id, out var done))
                {
                    done.TrySetResult(answer.Reply);
                }
            }
        }
    }

    private void Break(RpcException failure)
    {
        if (Interlocked.CompareExchange(ref _broken, failure, null) is not null)
        {
            return;
        }

        _queue.Writer.TryComplete();
        _stop.Cancel();
        _call.Dispose();

        // Not here: whoever breaks it may hold what those who wait go on to ask for.
        ThreadPool.UnsafeQueueUserWorkItem(static link => link.link.GiveUp(link.failure), (link: this, failure), preferLocal: false);
    }

    private void GiveUp(RpcException failure)
    {
        foreach (var id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var done))
            {
                done.TrySetException(failure);
            }
        }
    }
}
