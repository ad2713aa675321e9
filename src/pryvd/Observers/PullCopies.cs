using System.Globalization;
using System.Security.Cryptography;
using Pryv.Consensus;
using Pryvd.Store;

namespace Pryvd.Observers;

/// <summary>Copies of the state for observers that need one. There is one at a time, shared by all, as long as entries go on from it; a few are sent at once.</summary>
internal sealed class PullCopies(StateStore store, string folder) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private PullCopy? _current;

    /// <summary>How many may be sent at the same time.</summary>
    public SemaphoreSlim Sending { get; } = new(4);

    /// <summary>The copy that is there, if it is still good for something; a new one otherwise. It is open already.</summary>
    public async Task<(PullCopy Copy, FileStream Content)> TakeAsync(Func<LogIndex, bool> goesOn, CancellationToken cancel)
    {
        await _making.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_current is null || !goesOn(_current.Position.Index))
            {
                Forget();
                _current = await Task.Run(() => Make(cancel), cancel).ConfigureAwait(false);
            }

            return (_current, _current.Open());
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose()
    {
        Forget();
        _making.Dispose();
        Sending.Dispose();
    }

    private PullCopy Make(CancellationToken cancel)
    {
        var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"pull-{id:x}.db"));
        var info = store.SaveSnapshot(path, cancel);
        return new PullCopy(id, path, info.Position, info.Configuration, new FileInfo(path).Length);
    }

    private void Forget()
    {
        if (_current is { } copy)
        {
            File.Delete(copy.Path);
            _current = null;
        }
    }
}
