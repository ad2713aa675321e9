namespace Pryvd.Observers;

/// <summary>Who pulls from this node now. A child that comes again takes the place of its former stream, which may be dead and not know it.</summary>
internal sealed class PullSlots
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Slot> _taken = new(StringComparer.Ordinal);

    // Those that were taken over end in their own time; they use what the session closes.
    private int _open;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <summary>The ids of the nodes that are served.</summary>
    public IReadOnlyList<string> Children
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken.Keys];
            }
        }
    }

    /// <summary>A place, or null when all are taken or the session ends.</summary>
    public Slot? TryTake(string child, int capacity)
    {
        lock (_gate)
        {
            if (_closed || (!_taken.ContainsKey(child) && _taken.Count >= capacity))
            {
                return null;
            }

            if (_taken.Remove(child, out var former))
            {
                former.End();
            }

            _open++;
            return _taken[child] = new Slot(this, child);
        }
    }

    /// <summary>Ends what is above a capacity that has become smaller.</summary>
    public void Shrink(int capacity)
    {
        lock (_gate)
        {
            foreach (var slot in _taken.Values.Skip(capacity).ToList())
            {
                slot.End();
            }
        }
    }

    /// <summary>Ends all of them and waits until they have.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var slot in _taken.Values)
            {
                slot.End();
            }

            if (_open == 0)
            {
                _empty.TrySetResult();
            }
        }

        await _empty.Task.ConfigureAwait(false);
    }

    private void Release(Slot slot)
    {
        lock (_gate)
        {
            if (_taken.GetValueOrDefault(slot.Child) == slot)
            {
                _taken.Remove(slot.Child);
            }

            if (--_open == 0 && _closed)
            {
                _empty.TrySetResult();
            }
        }
    }

    /// <summary>One child's place.</summary>
    internal sealed class Slot(PullSlots slots, string child) : IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        public string Child => child;

        /// <summary>Cancelled when the place is needed for something else.</summary>
        public CancellationToken Ended => _ended.Token;

        public void End() => _ended.Cancel();

        public void Dispose() => slots.Release(this);
    }
}
