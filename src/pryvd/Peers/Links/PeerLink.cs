using System.IO.Pipelines;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;

namespace Pryvd.Peers.Links;

/// <summary>
/// Messages to one member over one connection, in order. What does not fit in its bounded queue, or is under way
/// when the connection breaks, is lost: Raft repeats it.
/// </summary>
internal sealed class PeerLink : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A member that comes back waits for it: it can say nothing that is current before the leader's messages have reached it.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Message> _queue;
    private readonly Func<CancellationToken, Task<OpenLink>> _dial;
    private readonly LinkOpening _opening;
    private readonly PeerNotices _notices;
    private readonly Action<Epoch> _newerEpoch;
    private readonly string _node;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _called = NewCall();
    private volatile Connection? _connection;
    private volatile bool _hasLasted;

    public PeerLink(
        string node, Func<CancellationToken, Task<OpenLink>> dial, LinkOpening opening, PeerNotices notices, Action<Epoch> newerEpoch, int capacity, TimeProvider clock, ILogger logger)
    {
        (_node, _dial, _opening, _notices, _newerEpoch, _clock, _logger) = (node, dial, opening, notices, newerEpoch, clock, logger);
        _queue = Channel.CreateBounded<Message>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropWrite });
        _running = Task.Run(RunAsync);
    }

    /// <summary>Never waits; a connection that takes it at once has it when this returns.</summary>
    public void Send(Message message)
    {
        _queue.Writer.TryWrite(message);
        if (_connection is not var (writer, pulse))
        {
            return;
        }

        if (!pulse.Sent(_clock.GetTimestamp()))
        {
            writer.Break(new IOException($"the node has taken nothing for {LinkPulse.Patience.TotalSeconds:F0} s; it may be frozen"));
            return;
        }

        writer.Pump();
    }

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
                await StreamAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Whatever it is, it is of this connection: the next one may fare better.
                Report(failure);
            }

            (pause, _hasLasted) = (_hasLasted ? FirstPause : pause, false);
            if (!_stop.IsCancellationRequested)
            {
                var wasCalled = await PauseAsync(pause).ConfigureAwait(false);
                pause = wasCalled ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task WaitForMessageAsync() => await _queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false);

    /// <summary>Sends until the connection breaks or the other side ends it, with its reason.</summary>
    private async Task StreamAsync()
    {
        var link = await _dial(_stop.Token).ConfigureAwait(false);
        await using var stream = link.Stream;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, link.IsOver);
        var connection = new Connection(new LinkWriter(stream, _queue.Reader), new LinkPulse(_clock.GetTimestamp()));
        var answers = ReadAnswersAsync(stream, connection.Pulse, ended.Token);
        var lasting = LastAsync(ended.Token);
        try
        {
            await stream.WriteAsync(LinkRecords.Of(_opening), ended.Token).ConfigureAwait(false);
            _connection = connection;
            connection.Writer.Pump();
            await (await Task.WhenAny(answers, connection.Writer.Broken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (link.IsOver.IsCancellationRequested)
        {
            // Another connection takes its place.
        }
        finally
        {
            _connection = null;
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(answers).ConfigureAwait(false);
            await lasting.ConfigureAwait(false);
        }
    }

    /// <summary>A connection that is refused is so at once; one that is there after a moment was not.</summary>
    private async Task LastAsync(CancellationToken ended)
    {
        await Task.WhenAny(Task.Delay(Moment, _clock, ended)).ConfigureAwait(false);
        if (!ended.IsCancellationRequested)
        {
            _hasLasted = true;
            _notices.Clear(_node);
        }
    }

    /// <summary>Ends when the other side says that it takes no messages, or no more, or closes the connection.</summary>
    private async Task ReadAnswersAsync(Stream stream, LinkPulse pulse, CancellationToken cancel)
    {
        var answers = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256, leaveOpen: true));
        while (true)
        {
            var read = await answers.ReadAsync(cancel).ConfigureAwait(false);
            var received = read.Buffer;
            while (LinkRecords.TryRead(ref received, LinkRecords.MaxAnswerBytes, out var record))
            {
                RequireTaken(LinkAnswer.Parser.ParseFrom(record));
                pulse.Answered(_clock.GetTimestamp());
            }

            answers.AdvanceTo(received.Start, received.End);
            if (read.IsCompleted)
            {
                throw new IOException("the node closed the link");
            }
        }
    }

    /// <exception cref="RpcException">Refused.</exception>
    private static void RequireTaken(LinkAnswer answer)
    {
        if (answer.Status != (int)StatusCode.OK)
        {
            var why = new Status((StatusCode)answer.Status, answer.Message);
            throw answer.NewerEpoch > 0 ? new EpochOverException(why, new Epoch(answer.NewerEpoch)) : new RpcException(why);
        }
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

        if (failure is EpochOverException over)
        {
            _newerEpoch(over.Newer);
        }
    }

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

    private sealed record Connection(LinkWriter Writer, LinkPulse Pulse);
}
