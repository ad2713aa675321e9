namespace Simulation.Mutations;

/// <summary>Bugs of verdicts and leases (invariant 7), each planted in the real leader, agent or planner.</summary>
public static class LeaseMutants
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("the leader's margin for drift is ignored", "pryvd/Health/HealthTiming.cs", "ttl * ((1 + Drift) / (1 - Drift))", "ttl"),
        new("a lease counts from when the answer came", "pryvd/Agent/Core/AgentCore.Orders.cs", "var sentAtMs = _reporting.SentAtMs;", "var sentAtMs = _nowMs;"),
        new("a lease is granted without a quorum", "pryvd/Leader/Overseer.Reports.cs", "if (!confirmed.Leads)", "if (reports.Count < 0)"),
        new("a lease is granted while a decision may take the instance away", "pryvd/Leader/Overseer.Reports.cs", " && !_undecided.Contains(claim.Instance)", ""),
        new("a lease is granted to whoever claims it", "pryvd/Leader/Overseer.Reports.cs", "held.Node == node && held.Generation == claim.Generation &&", ""),
        new("the book of leases is not looked at", "pryvd/Health/LeaseBook.cs", " && (Find(instance) is not { } lease || freshAsOf >= lease.Until)", ""),
        new("a new leader does not wait for leases of the former one", "pryvd/Health/LeaseBook.cs", "freshAsOf >= LedSince + HealthTiming.WaitFor(timing.LongestLease + grace) && ", ""),
        new("a lowered dead timeout shortens the wait", "pryvd/Health/HealthTiming.cs", "former > dead ? former : dead", "dead"),
        new("it starts on a lease that is old", "pryvd/Agent/Core/InstanceFacts.cs", "Mark == mark && EndBootMs - nowBootMs >= Math.Max(1, TtlMs / 3)", "Mark == mark"),
        new("the guard is not told when the lease ends", "pryvd/Agent/Core/AgentCore.Settle.cs", "order.Spec.IsLeased ? facts.Lease!.EndBootMs : null", "null"),
        new("what is being stopped is not held any more", "pryvd/Agent/Core/Reporting.cs", "(order.Wanted || !facts.IsIdle)", "order.Wanted"),
        new("a home is started on a second node", "pryvd/Planning/Sorting.cs", "NodeState.Dead when isMovable =>", "NodeState.Dead when isMovable || assignment.HomeMade =>"),
        new("a node is called dead when it is suspect", "pryvd/Health/Judge.cs", "NodeState.Unreachable when silence >= timing.Dead", "NodeState.Unreachable when silence >= timing.Suspect"),
        new("a start is asked for while a run lives", "pryvd/Agent/Core/LocalDiff.cs", "{ Current: { } run } => Keep(facts, run, version, nowMs),", "{ Current: { } run } when facts.Obeys(run) => Keep(facts, run, version, nowMs),"),
        new("a grace is over at once", "pryvd/Leader/Overseer.Nodes.cs", "_freshAsOf >= since + HealthTiming.WaitFor(Timing.LongestLease + grace)", "_freshAsOf >= since"),
    ];
}
