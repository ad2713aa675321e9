using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard;

/// <summary>
/// What a guard does with what the one before it left: leased runs end with their guard; the others go on and are watched again. Whose
/// process a pid is, its start time tells, or, where the guard died within a start, its mark.
/// </summary>
internal sealed class Adoption(GuardFolder folder, Runs runs, GuardLog log)
{
    public void Run()
    {
        foreach (var path in folder.RunFiles())
        {
            if (RunKey.Parse(Path.GetFileName(path)) is { } key)
            {
                TakeOn(key, path);
            }
        }

        RemoveLeftPipes();
        foreach (var environment in folder.EnvironmentFiles())
        {
            File.Delete(environment);
        }

        runs.KillStrays();
    }

    private void TakeOn(RunKey key, string path)
    {
        var (file, record) = RunFile.Open(path);
        if (record is null || RunKey.Of(record.Run) != key)
        {
            TakeOnDamaged(key, file);
            return;
        }

        FindProcess(key, record);
        if (record.Run.Pid == 0)
        {
            log.Say($"{key} was not started: the guard before this one died first");
            file.Delete();
            return;
        }

        TakeOn(new Run(key, record, file) { Process = record.Run.End is null ? ProcessOf(record) : null });
    }

    private void TakeOn(Run run)
    {
        if (run.Process is { } process)
        {
            run.Pipes = run.IsUnit ? null : OutputPipes.Reopen(folder.PipesOf(run.Key));
            runs.Adopt(run);
            log.Say($"{run.Key} is found again as process {process.Pid}");
            if (run.IsLeased)
            {
                _ = Sys.Kill(-process.Pid, PosixSignals.Kill);
            }
        }
        else
        {
            runs.Adopt(run);
            if (!run.IsUnit)
            {
                EndLost(run);
            }
        }
    }

    private void EndLost(Run run)
    {
        if (!run.IsAlive)
        {
            return;
        }

        // Its group may have outlived it; if its number means another process by now, the group had gone before.
        if (IsOfThisBoot(run.Record) && ProcessTable.Find(run.Record.Run.Pid) is null)
        {
            _ = Sys.Kill(-run.Record.Run.Pid, PosixSignals.Kill);
        }

        runs.End(run, RunEnds.Lost(BootClock.NowMs()));
    }

    // Whether it was leased is not known, so nothing of it may go on.
    private void TakeOnDamaged(RunKey key, RunFile file)
    {
        log.Say($"the record of {key} is damaged: what is left of it is killed");
        var record = new GuardRecord
        {
            BootId = ProcessTable.BootId,
            Run = new GuardRun { Component = key.Component, Ordinal = key.Ordinal, Run = key.Run },
        };
        var run = new Run(key, record, file);
        runs.Adopt(run);
        runs.End(run, RunEnds.Lost(BootClock.NowMs()));
    }

    // The guard died between the start and its record: the mark finds the leader of the session.
    private void FindProcess(RunKey key, GuardRecord record)
    {
        if (record.StartTicks != 0 || !IsOfThisBoot(record) || record.Run.End is not null)
        {
            return;
        }

        foreach (var (pid, _) in ProcessTable.WithVariable(Runs.MarkVariable, new HashSet<string> { runs.MarkOf(key) }))
        {
            if (ProcessTable.Find(pid) is { } facts && facts.Session == pid)
            {
                (record.Run.Pid, record.StartTicks) = (pid, facts.StartTicks);
            }
        }
    }

    private static ProcessHandle? ProcessOf(GuardRecord record)
    {
        var handle = IsOfThisBoot(record) ? ProcessHandle.Open(record.Run.Pid) : null;
        if (handle is not null && ProcessTable.Find(record.Run.Pid)?.StartTicks != record.StartTicks)
        {
            handle.Dispose();
            return null;
        }

        return handle;
    }

    private static bool IsOfThisBoot(GuardRecord record) => record.BootId == ProcessTable.BootId;

    private void RemoveLeftPipes()
    {
        var wanted = runs.Alive.Select(r => folder.PipesOf(r.Key)).ToHashSet();
        foreach (var pipe in folder.PipeFiles().Where(p => !wanted.Contains(p[..^".out".Length])))
        {
            _ = Sys.Unlink(pipe);
        }
    }
}
