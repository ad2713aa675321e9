using Grpc.Core;

namespace Pryvd.Cli.Calling;

/// <summary>Makes a call until it succeeds, fails for good, or its time is over.</summary>
internal sealed class Attempts(TimeProvider clock, TimeSpan timeout, CancellationToken stop)
{
    private readonly DateTimeOffset _deadline = clock.GetUtcNow() + timeout;
    private bool _wasReached;

    public async Task<T> Run<T>(Func<CallOptions, AsyncUnaryCall<T>> start)
    {
        RpcException? refused = null;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var call = start(new CallOptions(deadline: _deadline.UtcDateTime, cancellationToken: stop));
                var reply = await call;
                _wasReached = true;
                return reply;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded && refused is not null)
            {
                // The reason for which it was tried again says more than that the time is over.
                throw refused;
            }
            catch (RpcException e) when (NextWait(e, attempt) is { } wait)
            {
                refused = e;
                await Task.Delay(wait, clock, stop);
            }
        }
    }

    private TimeSpan? NextWait(RpcException failure, int attempt)
    {
        _wasReached |= !Connection.IsLost(failure);
        if (stop.IsCancellationRequested || RetryRule.Wait(failure, _wasReached) is not { } least)
        {
            return null;
        }

        var delay = Backoff.Delay(attempt, Random.Shared.NextDouble());
        var wait = least > delay ? least : delay;
        return clock.GetUtcNow() + wait < _deadline ? wait : null;
    }
}
