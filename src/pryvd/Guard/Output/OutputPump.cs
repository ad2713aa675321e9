using Pryvd.Guard.Native;

namespace Pryvd.Guard.Output;

/// <summary>
/// Carries the output of all runs from their pipes to their logs, on a thread of its own: a slow disk holds up output, and neither
/// fencing nor the daemon's calls. Fair: one buffer from each pipe at a time.
/// </summary>
internal sealed class OutputPump : IDisposable
{
    private const int BufferBytes = 64 << 10;
    private const int DebtPaceMs = 1_000;

    private readonly Lock _turn = new();
    private readonly Queue<Action> _orders = new();
    private readonly WakeUp _wake = new();
    private readonly List<RunOutput> _outputs = [];
    private readonly Dictionary<string, InstanceLog> _logs = [];
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private Sys.PollItem[] _items = [];
    private bool _isClosed;

    public OutputPump(TimeProvider time)
    {
        _time = time;
        _thread = new Thread(Run, maxStackSize: 256 << 10) { Name = "output", IsBackground = true };
        _thread.Start();
    }

    public void Add(RunKey run, OutputPipes pipes, LogPlace place) => Order(() =>
    {
        var log = LogOf(place);
        log.Writers++;
        _outputs.Add(new RunOutput(run, pipes.Output, "stdout", log));
        _outputs.Add(new RunOutput(run, pipes.Error, "stderr", log));
        _items = [];
    });

    /// <summary>The run ended: takes what is left in its pipes, closes and removes them.</summary>
    public void Finish(RunKey run, OutputPipes pipes) => Order(() =>
    {
        var ended = _outputs.FindAll(o => o.Run == run);
        foreach (var output in ended)
        {
            Drain(output);
            _outputs.Remove(output);
        }

        Release(ended.Count > 0 ? ended[0].Log : null);
        pipes.Remove();
        _items = [];
    });

    /// <summary>Takes what is in the pipes now, and ends.</summary>
    public void Dispose()
    {
        Order(() => _isClosed = true);
        _thread.Join();
        _wake.Dispose();
    }

    private void Order(Action order)
    {
        lock (_turn)
        {
            _orders.Enqueue(order);
        }

        _wake.Ring();
    }

    private void Run()
    {
        while (!_isClosed)
        {
            Wait();
            Obey();
            PumpReady();
            SettleDebts();
        }

        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }
    }

    private void Wait()
    {
        if (_items.Length == 0)
        {
            _items = [new() { Descriptor = _wake.Descriptor, Wanted = Sys.Readable }, .. _outputs.Select(o => new Sys.PollItem { Descriptor = o.Descriptor, Wanted = Sys.Readable })];
        }

        _ = Sys.Poll(_items, (nuint)_items.Length, _logs.Values.Any(l => l.OwesWord) ? DebtPaceMs : -1);
    }

    private void Obey()
    {
        _wake.Clear();
        while (Next() is { } order)
        {
            order();
        }
    }

    private Action? Next()
    {
        lock (_turn)
        {
            return _orders.TryDequeue(out var order) ? order : null;
        }
    }

    // After a change of the outputs what was seen may mean others; what is there is seen again at once.
    private void PumpReady()
    {
        var now = _time.GetUtcNow();
        for (var i = 1; i < _items.Length; i++)
        {
            if (_items[i].Seen != 0 && _outputs[i - 1].Pump(_buffer, now))
            {
                _outputs[i - 1].Log.Flush(now);
            }
        }
    }

    private void SettleDebts()
    {
        foreach (var log in _logs.Values.Where(l => l.OwesWord))
        {
            log.Flush(_time.GetUtcNow());
        }
    }

    // What escaped from the group may go on writing for ever: no more than a pipe can hold is waited for.
    private void Drain(RunOutput output)
    {
        const int mostRounds = 32;
        var now = _time.GetUtcNow();
        for (var round = 0; round < mostRounds && output.Pump(_buffer, now); round++)
        {
            output.Log.Flush(now);
        }

        output.End(now);
        output.Log.Flush(now);
    }

    private InstanceLog LogOf(LogPlace place)
    {
        if (!_logs.TryGetValue(place.Folder, out var log))
        {
            _logs[place.Folder] = log = new InstanceLog(place.Folder, place.FileBytes, place.Files);
        }

        return log;
    }

    private void Release(InstanceLog? log)
    {
        if (log is not null && --log.Writers == 0)
        {
            log.Dispose();
            _logs.Remove(log.Folder);
        }
    }
}

/// <summary>Where a run's output goes, and how much of it is kept.</summary>
internal sealed record LogPlace(string Folder, long FileBytes, int Files);
