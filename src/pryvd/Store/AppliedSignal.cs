namespace Pryvd.Store;

/// <summary>
/// Tells all who wait that something was applied. There is no queue per watcher: who wakes up looks at the state, and at the
/// events after the last one it saw.
/// </summary>
internal sealed class AppliedSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Ends with the next change. To be taken before looking at the state, or a change can be missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
