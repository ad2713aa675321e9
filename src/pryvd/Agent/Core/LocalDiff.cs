using System.Globalization;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>What is to be done next for one instance; at most one thing at a time.</summary>
public enum LocalAction
{
    None,
    MakeFolder,
    MakeVersion,
    Start,
    Stop,
    CleanUp,
}

/// <param name="Run">For <see cref="LocalAction.Stop"/>.</param>
/// <param name="State">Null where what was said last still holds.</param>
/// <param name="WakeAtMs">When to look again though nothing happened; on CLOCK_BOOTTIME.</param>
public sealed record LocalStep(LocalAction Action, InstanceState? State, string Detail, long? WakeAtMs = null, long Run = 0)
{
    public static readonly LocalStep Wait = new(LocalAction.None, null, "");

    public static LocalStep Say(InstanceState state, string detail, long? wakeAtMs = null) => new(LocalAction.None, state, detail, wakeAtMs);

    public LocalStep With(LocalAction action) => this with { Action = action };
}

/// <summary>
/// Order against what really runs, for one instance (design.md 3, an order). Nothing here takes time or has effects; the same
/// facts give the same step.
/// </summary>
public static class LocalDiff
{
    /// <summary>An instance whose checks are all about the process is well when it has lasted for so long.</summary>
    private const int SettleMs = 500;

    /// <param name="facts">Of the instance.</param>
    /// <param name="version">Of the version that the order asks for.</param>
    /// <param name="mark">How old the order is.</param>
    /// <param name="nowMs">CLOCK_BOOTTIME.</param>
    public static LocalStep Of(InstanceFacts facts, VersionFacts version, OrderMark mark, long nowMs) => facts switch
    {
        { Order: null } => Leave(facts),
        { Starting: not null } => LocalStep.Wait,
        { Order.Wanted: false } => Halt(facts),
        { Alive.Count: > 1 } => StopOldest(facts with { Alive = facts.Alive.RemoveAt(facts.Alive.Count - 1) }),
        { Current: { } run } => Keep(facts, run, version, nowMs),
        _ => Bring(facts, facts.Order, version, mark, nowMs),
    };

    /// <summary>It is not ours any more: it ends, and what it leaves is seen to.</summary>
    private static LocalStep Leave(InstanceFacts facts) => facts.IsIdle
        ? LocalStep.Wait.With(LocalAction.CleanUp)
        : facts.Starting is null ? StopOldest(facts) : LocalStep.Wait;

    private static LocalStep Halt(InstanceFacts facts) => facts.Alive.Count == 0 ? LocalStep.Say(InstanceState.Stopped, "") : StopOldest(facts);

    private static LocalStep StopOldest(InstanceFacts facts) => facts.Alive.FirstOrDefault(r => !facts.Asked.Contains(r.Run)) is { } run
        ? LocalStep.Wait with { Action = LocalAction.Stop, Run = run.Run }
        : LocalStep.Wait;

    private static LocalStep Keep(InstanceFacts facts, DriverInstance run, VersionFacts version, long nowMs)
    {
        if (facts.Asked.Contains(run.Run) && facts.Unwell?.Run == run.Run)
        {
            return LocalStep.Say(InstanceState.Unhealthy, facts.Unwell.Detail);
        }

        if (facts.Asked.Contains(run.Run))
        {
            return LocalStep.Say(InstanceState.Starting, "the former run is ending first");
        }

        if (facts.Obeys(run))
        {
            return Running(facts, run, nowMs);
        }

        return !facts.IsOfOrder(run) || run.SpecVersion == facts.Order!.RunVersion || version.Stage == VersionStage.Ready
            ? LocalStep.Say(InstanceState.Starting, "the former run is ending first") with { Action = LocalAction.Stop, Run = run.Run }
            : Update(facts, run, version, nowMs);
    }

    /// <summary>The new version is made ready while the old one goes on.</summary>
    private static LocalStep Update(InstanceFacts facts, DriverInstance run, VersionFacts version, long nowMs)
    {
        var asked = facts.Order!.RunVersion;
        var making = Make(version, nowMs);
        var running = Running(facts, run, nowMs);
        var detail = version.Stage == VersionStage.Failed
            ? $"version {asked} cannot be made ready, version {run.SpecVersion} goes on: {version.Reason}"
            : $"version {asked} is being made ready";
        return running with { Action = running.Action == LocalAction.Stop ? LocalAction.Stop : making.Action, Detail = detail, WakeAtMs = Earlier(running.WakeAtMs, making.WakeAtMs) };
    }

    private static LocalStep Running(InstanceFacts facts, DriverInstance run, long nowMs)
    {
        var policy = facts.Order!.Spec.Restart;
        var calmAt = run.StartedBootMs + CrashBook.CalmMs(policy);
        if (facts.Crashes.IsLoop && nowMs < calmAt)
        {
            return LocalStep.Say(InstanceState.CrashLoop, EndText(facts), calmAt);
        }

        if (facts.Health is { } health && health.Run == run.Run)
        {
            return Checked(policy, health);
        }

        if (WasSaid(facts, run))
        {
            return LocalStep.Say(facts.Recorded!.State, facts.Recorded.Detail);
        }

        var settledAt = run.StartedBootMs + SettleMs;
        return facts.Order.Spec.IsProbed
            ? LocalStep.Say(InstanceState.Starting, "its checks have not passed yet")
            : nowMs >= settledAt ? LocalStep.Say(InstanceState.Healthy, "") : LocalStep.Say(InstanceState.Starting, "", settledAt);
    }

    /// <summary>So many failures in a row as its checks allow are as good as a crash.</summary>
    private static LocalStep Checked(RestartPolicy policy, HealthFacts health) => health.Healthy
        ? LocalStep.Say(InstanceState.Healthy, health.Detail)
        : LocalStep.Say(InstanceState.Unhealthy, health.Detail) with { Action = policy.Unhealthy ? LocalAction.Stop : LocalAction.None, Run = health.Run };

    /// <summary>A run that was found again is as it was, until its checks have spoken.</summary>
    private static bool WasSaid(InstanceFacts facts, DriverInstance run) =>
        facts.Found == run.Run && facts.Order!.Spec.IsProbed && facts.Recorded is { State: InstanceState.Healthy or InstanceState.Unhealthy } recorded
        && recorded.SpecVersion == run.SpecVersion && recorded.Restart == run.Restart;

    /// <summary>Nothing of it runs: what is missing comes first, then the pauses, then the lease, then the start.</summary>
    private static LocalStep Bring(InstanceFacts facts, Assignment order, VersionFacts version, OrderMark mark, long nowMs) =>
        Folder(facts.Folder, nowMs)
        ?? Version(version, nowMs)
        ?? Pause(facts, nowMs)
        ?? Lease(facts, order, mark, nowMs)
        ?? (facts.Crashes.IsLoop ? LocalStep.Say(InstanceState.CrashLoop, EndText(facts)) : LocalStep.Say(InstanceState.Starting, "")).With(LocalAction.Start);

    private static LocalStep? Folder(FolderFacts folder, long nowMs) => folder.Stage switch
    {
        FolderStage.Ready => null,
        FolderStage.Making => LocalStep.Wait,
        FolderStage.DataLost => LocalStep.Say(InstanceState.DataLost, folder.Reason),
        FolderStage.Failed when nowMs < folder.RetryAtMs => LocalStep.Say(InstanceState.Failed, folder.Reason, folder.RetryAtMs),
        _ => LocalStep.Wait.With(LocalAction.MakeFolder),
    };

    private static LocalStep? Version(VersionFacts version, long nowMs) => version.Stage == VersionStage.Ready ? null : Make(version, nowMs);

    private static LocalStep Make(VersionFacts version, long nowMs) => version.Stage switch
    {
        VersionStage.Making => LocalStep.Wait,
        VersionStage.Fetching => LocalStep.Say(InstanceState.Fetching, ""),
        VersionStage.Preparing => LocalStep.Say(InstanceState.Preparing, ""),
        VersionStage.Failed when version.RetryAtMs is not { } retryAt || nowMs < retryAt => LocalStep.Say(InstanceState.Failed, version.Reason, version.RetryAtMs),
        _ => LocalStep.Wait.With(LocalAction.MakeVersion),
    };

    private static LocalStep? Pause(InstanceFacts facts, long nowMs)
    {
        if (nowMs < facts.Crashes.NextAtMs)
        {
            return LocalStep.Say(facts.Crashes.IsLoop ? InstanceState.CrashLoop : InstanceState.Backoff, EndText(facts), facts.Crashes.NextAtMs);
        }

        return facts.Trouble is { } trouble && nowMs < trouble.RetryAtMs ? LocalStep.Say(InstanceState.Failed, trouble.Reason, trouble.RetryAtMs) : null;
    }

    private static LocalStep? Lease(InstanceFacts facts, Assignment order, OrderMark mark, long nowMs)
    {
        if (!order.Spec.IsLeased || facts.Lease?.IsFreshFor(mark, nowMs) == true)
        {
            return null;
        }

        return facts.LastEnd is { End.Cause: RunEndCause.Fenced } last && facts.IsOfOrder(last)
            ? LocalStep.Say(InstanceState.Fenced, "its lease ended and it was killed; it starts again when the leader grants a new one")
            : LocalStep.Say(InstanceState.Pending, "waits for the leader to grant its lease");
    }

    /// <summary>The same words at each crash of the same kind, so that a loop is said once.</summary>
    private static string EndText(InstanceFacts facts) => facts.Unwell is { } unwell && unwell.Run == facts.LastEnd?.Run
        ? $"its checks failed, so it was stopped: {unwell.Detail}"
        : facts.LastEnd?.End is not { } end
        ? "it crashed again and again before this daemon started"
        : end switch
        {
            { Cause: RunEndCause.OutOfMemory } => "it was killed for want of memory",
            { Cause: RunEndCause.Lost } => "it ended with what ran it; its exit code is not known",
            { Signal: > 0 } => string.Create(CultureInfo.InvariantCulture, $"it was ended by signal {end.Signal}"),
            { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"it ended by itself with exit code {code}"),
            _ => "it ended by itself; its exit code is not known",
        };

    private static long? Earlier(long? one, long? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;
}
