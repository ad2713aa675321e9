using System.Diagnostics;

namespace Pryv.Consensus.Running;

/// <summary>A thread of its own that does one thing after the other; what one throws goes to <paramref name="failed"/> and ends it.</summary>
internal sealed class WorkQueue<T> : IDisposable
{
    private readonly Action<T> _work;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly Queue<T> _waiting = new();
    private bool _stopped;
    private long _begun;

    /// <param name="name">Of its thread.</param>
    /// <param name="work">Does one item.</param>
    /// <param name="failed">Told what an item threw.</param>
    /// <param name="inBackground">Nobody waits for the work.</param>
    public WorkQueue(string name, Action<T> work, Action<Exception> failed, bool inBackground = false)
    {
        _work = work;
        _failed = failed;
        if (inBackground)
        {
            _thread = BackgroundThread.Start(name, Run);
            return;
        }

        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>How long the item under way has taken so far; zero while there is none.</summary>
    public TimeSpan UnderWay => Volatile.Read(ref _begun) is var begun && begun == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(begun);

    public void Add(T item)
    {
        lock (_gate)
        {
            _waiting.Enqueue(item);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends after the item under way; what waits is dropped.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        try
        {
            while (Next(out var item))
            {
                Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
                _work(item);
                Volatile.Write(ref _begun, 0);
            }
        }
        catch (Exception failure)
        {
            _failed(failure);
        }
    }

    private bool Next(out T item)
    {
        lock (_gate)
        {
            while (!_stopped && _waiting.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            item = _stopped ? default! : _waiting.Dequeue();
            return !_stopped;
        }
    }
}
