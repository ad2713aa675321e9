using Pryv.Internal.V1;
using Pryvd.Guard.Native;
using Pryvd.Guard.Output;

namespace Pryvd.Guard;

/// <summary>
/// All runs and what is done with them. For the guard's main thread only; the fence and the output pump have threads of their own.
/// </summary>
internal sealed class Runs(GuardFolder folder, Fence fence, DeathWatch deathWatch, OutputPump output, GuardLog log)
{
    /// <summary>Marks all processes of a run, wherever they have gone, in their environment.</summary>
    public const string MarkVariable = "PRYVD_RUN";

    private const int MostAlive = 1_000;
    private const int MostKept = 3_000;

    private readonly Dictionary<RunKey, Run> _runs = [];
    private readonly HashSet<string> _strays = [];
    private readonly string _mark = folder.Mark();

    public IEnumerable<Run> All => _runs.Values;

    public IEnumerable<Run> Alive => _runs.Values.Where(r => r.IsAlive);

    /// <summary>Told of each end.</summary>
    public Action<GuardRun> Ended { get; set; } = _ => { };

    public string MarkOf(RunKey run) => $"{MarkVariable}={_mark}.{run.FileName}";

    /// <summary>Starts a run, or finds it there.</summary>
    /// <exception cref="GuardException">It does not run; nothing is left of it.</exception>
    public GuardRun Start(GuardOrder order)
    {
        if (OrderCheck.Fault(order) is { } fault)
        {
            throw new GuardException(fault);
        }

        var key = new RunKey(order.Component, order.Ordinal, order.Run);
        if (_runs.TryGetValue(key, out var known))
        {
            return known.Record.Run;
        }

        RequireTurn(order, key);
        return StartNew(order, key).Record.Run;
    }

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

        _ = Sys.Kill(-run.Record.Run.Pid, signal);
        fence.LimitGrace(key, BootClock.NowMs() + Math.Max(0, graceMs));
    }

    public void Lease(RunKey key, long endBootMs)
    {
        if (Find(key) is not { IsAlive: true } run)
        {
            return;
        }

        if (!run.IsLeased)
        {
            throw new GuardException($"{key} is not held on a lease: it was started without one.");
        }

        run.Record.Run.LeaseEndBootMs = Math.Max(run.Record.Run.LeaseEndBootMs, endBootMs);
        fence.Extend(key, run.Record.Run.LeaseEndBootMs);
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
        if (run.IsAlive)
        {
            fence.Add(run.Key, run.Record.Run.Pid, run.IsLeased ? run.Record.Run.LeaseEndBootMs : null);
            AddOutput(run);
        }
    }

    /// <summary>A run's process has ended: its group goes with it, and its end is kept and told.</summary>
    public void ProcessEnded(Run run)
    {
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

    private void RequireTurn(GuardOrder order, RunKey key)
    {
        if (_runs.Values.FirstOrDefault(r => r.Key.IsSameInstance(key) && (r.IsAlive || r.Key.Run > key.Run)) is { } other)
        {
            throw new GuardException(other.IsAlive
                ? $"{other.Key} of the same instance is still alive: stop it before {key} is started."
                : $"{key} is older than {other.Key}, which was started after it: a start is numbered higher than all before.");
        }

        if (Alive.Count() >= MostAlive || _runs.Count >= MostKept)
        {
            throw new GuardException($"{Alive.Count()} runs are alive and {_runs.Count} are kept; at most {MostAlive} and {MostKept} are possible on one node. Forget ended ones.");
        }

        if (order.HasLeaseEndBootMs && order.LeaseEndBootMs <= BootClock.NowMs())
        {
            throw new GuardException($"The lease of {key} has ended already: ask for a new one.");
        }
    }

    private Run StartNew(GuardOrder order, RunKey key)
    {
        var record = NewRecord(order);
        var file = RunFile.Create(folder.RunFileOf(key), record);
        var run = new Run(key, record, file) { IsChild = true };
        try
        {
            if (run.IsLeased)
            {
                deathWatch.Ready();
            }

            run.Pipes = OutputPipes.Create(folder.PipesOf(key));
            record.Run.Pid = Spawner.Spawn(order, order.Environment.Append(MarkOf(key)), run.Pipes);
        }
        catch (GuardException)
        {
            run.Pipes?.Remove();
            file.Delete();
            throw;
        }

        Began(run);
        return run;
    }

    private void Began(Run run)
    {
        var pid = run.Record.Run.Pid;
        fence.Add(run.Key, pid, run.IsLeased ? run.Record.Run.LeaseEndBootMs : null);
        if (run.IsLeased)
        {
            deathWatch.Add(pid);
        }

        run.Pipes!.CloseEnds();
        run.Process = ProcessHandle.Open(pid) ?? throw new GuardException($"Process {pid} is gone without having been reaped.");
        run.Record.StartTicks = ProcessTable.Find(pid)?.StartTicks ?? 0;
        _runs[run.Key] = run;
        AddOutput(run);
        Save(run);
        GiveBackMemoryPriority(pid);
        log.Say($"{run.Key} started as process {pid}");
    }

    private void AddOutput(Run run)
    {
        if (run.Pipes is { } pipes)
        {
            output.Add(run.Key, pipes, run.Logs);
        }
    }

    private static GuardRecord NewRecord(GuardOrder order)
    {
        var run = new GuardRun
        {
            Component = order.Component,
            Ordinal = order.Ordinal,
            Generation = order.Generation,
            Run = order.Run,
            SpecVersion = order.SpecVersion,
            Restart = order.Restart,
            StartedBootMs = BootClock.NowMs(),
        };
        if (order.HasLeaseEndBootMs)
        {
            run.LeaseEndBootMs = order.LeaseEndBootMs;
        }

        return new GuardRecord
        {
            BootId = ProcessTable.BootId, Run = run, LogFolder = order.LogFolder, LogFileBytes = order.LogFileBytes, LogFiles = order.LogFiles,
        };
    }

    // The guard itself may be spared when memory runs out; what it starts is not.
    private static void GiveBackMemoryPriority(int pid)
    {
        try
        {
            File.WriteAllText($"/proc/{pid}/oom_score_adj", "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended already, or is another user's: then the machine's default for it stands.
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
