namespace Pryvd.Raft;

/// <summary>Coming back after the log was lost: goes on in the background, at most once at a time, and can be given up.</summary>
internal sealed class Rejoining
{
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public bool IsRunning => !_running.IsCompleted;

    /// <param name="rejoin">Returns when the node is back, or when it was given up.</param>
    public void Begin(Func<CancellationToken, Task> rejoin)
    {
        _stop = new CancellationTokenSource();
        var stop = _stop.Token;
        _running = Task.Run(() => rejoin(stop), CancellationToken.None);
    }

    /// <summary>Returns when nothing goes on any more.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }
}
