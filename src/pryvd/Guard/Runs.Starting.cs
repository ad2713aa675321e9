using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>How a run begins: whether it may, its record first, then its process, then all that watches over it.</summary>
internal sealed partial class Runs
{
    private GuardRun Start(GuardOrder order, Func<Run, int> begin)
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
        return StartNew(order, key, begin).Record.Run;
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

    private Run StartNew(GuardOrder order, RunKey key, Func<Run, int> begin)
    {
        var record = NewRecord(order);
        var file = RunFile.Create(folder.RunFileOf(key), record);
        var run = new Run(key, record, file);
        try
        {
            if (run.IsLeased)
            {
                deathWatch.Ready();
            }

            record.Run.Pid = begin(run);
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

    private int Spawn(Run run, GuardOrder order)
    {
        run.IsChild = true;
        run.Pipes = OutputPipes.Create(folder.PipesOf(run.Key));
        return Spawner.Spawn(order, order.Environment.Append(MarkOf(run.Key)), run.Pipes);
    }

    private void Began(Run run)
    {
        var pid = run.Record.Run.Pid;
        fence.Add(run.Key, pid, run.IsLeased ? run.Record.Run.LeaseEndBootMs : null);
        if (run.IsLeased)
        {
            deathWatch.Add(pid);
        }

        run.Pipes?.CloseEnds();
        run.Process = ProcessHandle.Open(pid);
        run.Record.StartTicks = ProcessTable.Find(pid)?.StartTicks ?? 0;
        _runs[run.Key] = run;
        AddOutput(run);
        Save(run);
        log.Say($"{run.Key} started as {(run.IsUnit ? $"{run.Record.Run.Unit}, " : "")}process {pid}");
        if (run.IsChild)
        {
            GiveBackMemoryPriority(pid);
        }
        else if (run.Process is null)
        {
            UnitEnded(run);
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
}
