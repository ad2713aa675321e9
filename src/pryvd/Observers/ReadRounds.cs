using Pryv.Consensus;

namespace Pryvd.Observers;

/// <summary>Reads share the questions to the leader: one is under way at a time, and who comes meanwhile takes part in the next, because the one under way may have begun before.</summary>
internal sealed class ReadRounds(Func<Task<LogIndex?>> ask)
{
    private readonly Lock _gate = new();
    private Task<LogIndex?> _running = Task.FromResult<LogIndex?>(null);
    private Task<LogIndex?>? _next;

    public Task<LogIndex?> NextAsync()
    {
        lock (_gate)
        {
            return _next ??= BeginAsync(_running);
        }
    }

    private async Task<LogIndex?> BeginAsync(Task<LogIndex?> before)
    {
        // The lock is left before anything is asked.
        await Task.Yield();
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<LogIndex?> asked;
        lock (_gate)
        {
            _next = null;
            _running = asked = ask();
        }

        return await asked.ConfigureAwait(false);
    }
}
