using System.Runtime.InteropServices;
using Pryvd.Guard.Native;
using Pryvd.Guard.Serving;

namespace Pryvd.Guard;

/// <summary>
/// The guard's main thread: waits for callers, for ends of processes and for its own end, and does one thing after the other.
/// </summary>
internal sealed class GuardLoop(GuardSocket socket, GuardCallers callers, Runs runs, DeathWatch deathWatch, WakeUp stop, GuardLog log)
{
    private readonly List<Sys.PollItem> _items = [];
    private readonly List<Action<short>> _actions = [];

    private volatile bool _isStopping;

    /// <summary>From any thread: leased runs are stopped, then the loop ends.</summary>
    public void Stop()
    {
        _isStopping = true;
        stop.Ring();
    }

    public void Run()
    {
        var hasStopped = false;
        while (!_isStopping || Leased().Any())
        {
            if (_isStopping && !hasStopped)
            {
                hasStopped = true;
                StopLeased();
            }

            Turn();
        }
    }

    private void Turn()
    {
        Collect();
        var items = _items.ToArray();
        if (Sys.Poll(items, (nuint)items.Length, runs.QuietMs) < 0 && Marshal.GetLastPInvokeError() != Sys.Interrupted)
        {
            throw new GuardException($"The guard cannot wait for its processes: {Sys.LastError()}.");
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Seen != 0)
            {
                _actions[i](items[i].Seen);
            }
        }

        runs.EndUnits();
        runs.KillStrays();
        runs.SaveUnsaved();
    }

    private void Collect()
    {
        _items.Clear();
        _actions.Clear();
        On(stop.Descriptor, Sys.Readable, _ => stop.Clear());
        On(socket.Descriptor, Sys.Readable, _ => Accept());
        foreach (var caller in callers.All)
        {
            On(caller.Descriptor, (short)(Sys.Readable | (caller.HasMore ? Sys.Writable : 0)), seen => Serve(caller, seen));
        }

        foreach (var run in runs.Alive.Where(r => r.Process is not null))
        {
            On(run.Process!.Descriptor, Sys.Readable, _ => runs.ProcessEnded(run));
        }

        if (deathWatch.Process is { } shell)
        {
            On(shell.Descriptor, Sys.Readable, _ => RestartDeathWatch());
        }
    }

    private void On(int descriptor, short wanted, Action<short> action)
    {
        _items.Add(new Sys.PollItem { Descriptor = descriptor, Wanted = wanted });
        _actions.Add(action);
    }

    private void Accept()
    {
        if (socket.Accept() is { } connection)
        {
            callers.Add(connection);
        }
    }

    private void Serve(GuardCaller caller, short seen)
    {
        if ((seen & Sys.Writable) != 0 && callers.All.Contains(caller))
        {
            callers.Flush(caller);
        }

        if ((seen & ~Sys.Writable) != 0 && callers.All.Contains(caller))
        {
            callers.Serve(caller);
        }
    }

    private void RestartDeathWatch()
    {
        log.Say("the shell that ends leased instances when the guard dies was killed; another one is started");
        deathWatch.Restart();
    }

    // Who stops a guard by hand stops what may run only with one.
    private void StopLeased()
    {
        const int graceMs = 10_000;
        foreach (var run in Leased().ToList())
        {
            runs.Stop(run.Key, PosixSignals.Terminate, graceMs);
        }
    }

    // Those with a process: how a unit ended is not waited for, as systemd's bus may be gone before the guard when the machine stops.
    private IEnumerable<Run> Leased() => runs.Alive.Where(r => r is { IsLeased: true, Process: not null });
}
