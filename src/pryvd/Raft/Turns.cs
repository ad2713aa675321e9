namespace Pryvd.Raft;

/// <summary>One step at a time; disposing a turn lets the next one begin.</summary>
internal sealed class Turns
{
    private readonly SemaphoreSlim _free = new(1);

    public async Task<IDisposable> TakeAsync()
    {
        await _free.WaitAsync().ConfigureAwait(false);
        return new Turn(_free);
    }

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
