using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>
/// The state of a node that starts, opened while its ports are: reading it takes longest where there is much. The first session
/// takes it; a step that comes before closes it, since it may put something else in its place.
/// </summary>
internal sealed class StateAhead : IAsyncDisposable
{
    private Task<StateStore>? _opening;

    private StateAhead(string folder) => _opening = Task.Run(() => StateStore.Open(folder));

    public static StateAhead Begin(DataFolder folder) => new(folder.Path);

    /// <summary>Who gets it closes it, and hears why it could not be opened; null when somebody else did.</summary>
    public Task<StateStore>? Take() => Interlocked.Exchange(ref _opening, null);

    public async ValueTask DisposeAsync()
    {
        if (Take() is { } opening)
        {
            // Why it failed is found again by who opens it.
            await Task.WhenAny(opening).ConfigureAwait(false);
            if (opening.IsCompletedSuccessfully)
            {
                (await opening.ConfigureAwait(false)).Dispose();
            }
        }
    }
}
