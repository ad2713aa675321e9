using Grpc.Core;

namespace Pryv.Grpc.Server;

/// <summary>
/// Why a call may have to stop: its caller is gone, its deadline has passed, or the server stops. Unary calls are left to finish
/// when the server stops; streams would hold it up until its patience ends.
/// </summary>
internal sealed class CallCancellation : IDisposable
{
    // The longest that a timer of the runtime takes is 49 days; nobody waits for such a deadline.
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(49);

    private readonly CancellationToken _aborted;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource? _source;

    public CallCancellation(CancellationToken aborted, CancellationToken stopping, TimeSpan? timeout)
    {
        _aborted = aborted;
        _stopping = stopping;
        if (timeout is not null || stopping.CanBeCanceled)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        }

        if (timeout < _longestTimer)
        {
            _source!.CancelAfter(timeout.Value);
        }

        Token = _source?.Token ?? aborted;
    }

    public CancellationToken Token { get; }

    /// <summary>The status to end with because of it, or null while nothing stops the call.</summary>
    public Status? Verdict(string method)
    {
        if (!Token.IsCancellationRequested)
        {
            return null;
        }

        if (_aborted.IsCancellationRequested)
        {
            return new Status(StatusCode.Cancelled, $"The caller of {method} is gone.");
        }

        return _stopping.IsCancellationRequested
            ? new Status(StatusCode.Unavailable, $"The server is stopping, so {method} was ended; call again, another server may answer.")
            : new Status(StatusCode.DeadlineExceeded, $"{method} did not finish before its deadline.");
    }

    public void Dispose() => _source?.Dispose();
}
