using Grpc.Core;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Calling;

/// <summary>
/// Follows a stream through restarts of the daemon and cuts by its bounds: each time it goes on from the last position
/// that was printed. It ends when the daemon is out of reach for --timeout, on a failure for good, or on Ctrl-C.
/// </summary>
internal sealed class Watch(Call call)
{
    private DateTimeOffset? _silentSince;
    private bool _wasReached;

    /// <param name="open">Opens the stream after a position.</param>
    /// <param name="since">The first position; empty for the stream's own beginning.</param>
    /// <param name="positionOf">Where to go on after an item; empty to keep the position before.</param>
    /// <param name="print">Takes one item.</param>
    public async Task Follow<T>(
        Func<string, CallOptions, AsyncServerStreamingCall<T>> open, string since, Func<T, string> positionOf, Action<T> print)
        where T : class
    {
        var position = since;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var stream = open(position, call.StreamOptions(timeout: null));
                await stream.ResponseHeadersAsync;
                Reached();
                while (await stream.ResponseStream.MoveNext(call.Stop))
                {
                    attempt = 0;
                    print(stream.ResponseStream.Current);
                    position = positionOf(stream.ResponseStream.Current) is { Length: > 0 } next ? next : position;
                }
            }
            catch (RpcException e) when (MayGoOn(e))
            {
                Broken(e);
            }

            await Task.Delay(Backoff.Delay(attempt, Random.Shared.NextDouble()), call.Terminal.Clock, call.Stop);
        }
    }

    private void Reached()
    {
        _wasReached = true;
        if (_silentSince is not null)
        {
            Report.Note(call.Terminal, "the daemon is back; going on.");
        }

        _silentSince = null;
    }

    // ResourceExhausted: this reader was too slow and was cut off; its position is still good.
    private bool MayGoOn(RpcException e)
    {
        var isPassing = e.StatusCode is StatusCode.ResourceExhausted or StatusCode.Aborted
            || e.StatusCode == StatusCode.Cancelled && !call.Stop.IsCancellationRequested
            || RetryRule.Wait(e, _wasReached) is not null;
        var silence = _silentSince is { } since ? call.Terminal.Clock.GetUtcNow() - since : TimeSpan.Zero;
        return isPassing && (call.Timeout is not { } patience || silence < patience);
    }

    private void Broken(RpcException e)
    {
        if (_silentSince is null)
        {
            var patience = call.Timeout is { } timeout ? $"for {DurationText.Of(timeout)}" : "until Ctrl-C";
            var reason = Connection.IsLost(e) ? "the daemon went away" : e.Status.Detail;
            Report.Note(call.Terminal, $"the watch was cut ({reason}); trying again {patience}.");
        }

        _silentSince ??= call.Terminal.Clock.GetUtcNow();
    }
}
