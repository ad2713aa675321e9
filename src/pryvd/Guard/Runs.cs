using Pryv.Internal.V1;
using Pryvd.Guard.Native;
using Pryvd.Guard.Output;
using Pryvd.Guard.Units;

namespace Pryvd.Guard;

/// <summary>
/// All runs and what is done with them. For the guard's main thread only; the fence and the output pump have threads of their own.
/// </summary>
internal sealed partial class Runs(GuardFolder folder, Fence fence, DeathWatch deathWatch, OutputPump output, GuardLog log)
{
    private const int SavePaceMs = 1_000;

    /// <summary>Marks all processes of a run, wherever they have gone, in their environment.</summary>
    public const string MarkVariable = "PRYVD_RUN";

    private const int MostAlive = 1_000;
    private const int MostKept = 3_000;

    private readonly Dictionary<RunKey, Run> _runs = [];
    private readonly HashSet<string> _strays = [];
    private readonly string _mark = folder.Mark();
    private readonly Systemd _systemd = new(folder);
    private readonly UnitRuns _units = new(log);

    public IEnumerable<Run> All => _runs.Values;

    public IEnumerable<Run> Alive => _runs.Values.Where(r => r.IsAlive);

    /// <summary>Told of each end.</summary>
    public Action<GuardRun> Ended { get; set; } = _ => { };

    /// <summary>How long nothing is to be done by itself, in milliseconds; -1 for ever.</summary>
    public int QuietMs => _runs.Values.Any(r => r.IsUnsaved) ? SavePaceMs
        : _units.NextBootMs is { } at ? (int)Math.Clamp(at - BootClock.NowMs(), 0, SavePaceMs)
        : -1;

    public string MarkOf(RunKey run) => $"{MarkVariable}={_mark}.{run.FileName}";

    /// <summary>Starts a run, or finds it there.</summary>
    /// <exception cref="GuardException">It does not run; nothing is left of it.</exception>
    public GuardRun Start(GuardOrder order) => Start(order, run => Spawn(run, order));

    /// <summary>The same, as a unit of systemd.</summary>
    /// <exception cref="GuardException">It does not run; nothing is left of it.</exception>
    public GuardRun StartUnit(GuardUnitOrder order) => Start(order.Order, run =>
    {
        run.Record.Run.Unit = _systemd.NameOf(run.Key);
        Save(run);
        _units.RequireNoDoubt(run.Record.Run.Unit);
        try
        {
            return _systemd.Start(order, run.Key, MarkOf(run.Key));
        }
        catch (SilenceException)
        {
            _units.Doubt(run.Record.Run.Unit);
            throw;
        }
    });

    public void Stop(RunKey key, int signal, int graceMs)
    {
        if (Find(key) is not { IsAlive: true } run)
        {
            return;
        }

        if (!run.Record.StopAsked)
        {
            run.Record.StopAsked = true;
            Save(run);
        }

        if (run.Process is null)
        {
            return;
        }

        _ = Sys.Kill(-run.Record.Run.Pid, signal);
        fence.LimitGrace(key, BootClock.NowMs() + Math.Max(0, graceMs));
    }

    /// <param name="key">The run.</param>
    /// <param name="endBootMs">On CLOCK_BOOTTIME.</param>
    /// <param name="shorten">The end may come nearer, too.</param>
    public void Lease(RunKey key, long endBootMs, bool shorten)
    {
        if (Find(key) is not { IsAlive: true } run)
        {
            return;
        }

        if (!run.IsLeased)
        {
            throw new GuardException($"{key} is not held on a lease: it was started without one.");
        }

        run.Record.Run.LeaseEndBootMs = shorten ? endBootMs : Math.Max(run.Record.Run.LeaseEndBootMs, endBootMs);
        fence.SetLease(key, run.Record.Run.LeaseEndBootMs);
    }

    public void Forget(RunKey key)
    {
        if (Find(key) is { IsAlive: true })
        {
            throw new GuardException($"{key} still runs: stop it first.");
        }

        if (_runs.Remove(key, out var run))
        {
            run.File.Delete();
        }
    }

    /// <summary>Takes on a run that an earlier guard left behind.</summary>
    public void Adopt(Run run)
    {
        _runs[run.Key] = run;
        if (run is { IsUnit: true, IsAlive: true, Process: null })
        {
            _units.Add(run, FenceCause.None);
        }
        else if (run.IsAlive)
        {
            fence.Add(run.Key, run.Record.Run.Pid, run.IsLeased ? run.Record.Run.LeaseEndBootMs : null);
            AddOutput(run);
        }
    }

    /// <summary>A run's process has ended: its group goes with it, and its end is kept and told.</summary>
    public void ProcessEnded(Run run)
    {
        if (run.IsUnit)
        {
            UnitEnded(run);
            return;
        }

        var process = run.Process!;
        var exit = run.IsChild ? process.PeekEnd() : null;
        var pid = run.Record.Run.Pid;

        // While a child is a zombie its number means nothing else, so all that uses the number comes before the reaping.
        _ = Sys.Kill(-pid, PosixSignals.Kill);
        var killed = fence.Remove(run.Key);
        deathWatch.Remove(pid);
        process.Reap();
        process.Dispose();
        run.Process = null;
        End(run, RunEnds.Of(run, exit, killed, BootClock.NowMs()));
    }

    /// <summary>Keeps the ends of units that are over.</summary>
    public void EndUnits()
    {
        foreach (var (run, end) in _units.Ended())
        {
            End(run, end);
        }
    }

    /// <summary>Keeps an end, and takes with it what is left of the run.</summary>
    public void End(Run run, GuardEnd end)
    {
        run.Record.Run.End = end;
        Save(run);
        _strays.Add(MarkOf(run.Key));
        if (run.Pipes is { } pipes)
        {
            output.Finish(run.Key, pipes);
            run.Pipes = null;
        }

        log.Say($"{run.Key} ended: {RunEnds.Words(end)}");
        Ended(run.Record.Run);
    }

    /// <summary>Kills what left the groups of ended runs; one look at all processes serves for all of them.</summary>
    public void KillStrays()
    {
        if (_strays.Count == 0)
        {
            return;
        }

        foreach (var (pid, line) in ProcessTable.WithVariable(MarkVariable, _strays))
        {
            log.Say($"process {pid} had left the group of its run and is killed ({line})");
            _ = Sys.Kill(pid, PosixSignals.Kill);
        }

        _strays.Clear();
    }

    /// <summary>Writes what a full disk had refused.</summary>
    public void SaveUnsaved()
    {
        foreach (var run in _runs.Values.Where(r => r.IsUnsaved))
        {
            Save(run);
        }
    }

    // systemd has reaped it, so that its number may mean another process by now; what is left of the unit it kills itself.
    private void UnitEnded(Run run)
    {
        var killed = fence.Remove(run.Key);
        deathWatch.Remove(run.Record.Run.Pid);
        run.Process?.Dispose();
        run.Process = null;
        _units.Add(run, killed);
    }

    private void AddOutput(Run run)
    {
        if (run.Pipes is { } pipes)
        {
            output.Add(run.Key, pipes, run.Logs);
        }
    }

    private void Save(Run run)
    {
        try
        {
            run.File.Write(run.Record);
            run.IsUnsaved = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            run.IsUnsaved = true;
            log.Say($"{run.Key} cannot be recorded yet, it is tried again: {e.Message}");
        }
    }

    private Run? Find(RunKey key) => _runs.GetValueOrDefault(key);
}
