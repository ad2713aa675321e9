namespace Simulation.Mutations;

/// <summary>Bugs of verdicts and leases (invariant 7), each planted in the real leader, agent or planner.</summary>
public static class LeaseMutants
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("the leader's margin for drift is ignored", "pryvd/Health/HealthTiming.cs", "ttl * ((1 + Drift) / (1 - Drift))", "ttl"),
        new("a lease is granted without a quorum", "pryvd/Leader/Overseer.Reports.cs", "if (!confirmed.Leads)", "if (reports.Count < 0)"),
        new("a lease is granted while a decision may take the instance away", "pryvd/Leader/Overseer.Reports.cs", " && !_undecided.Contains(claim.Instance)", ""),
        new("a lease is granted to whoever claims it", "pryvd/Leader/Overseer.Reports.cs", "held.Node == node && held.Generation == claim.Generation &&", ""),
        new("the book of leases is not looked at", "pryvd/Health/LeaseBook.cs", " && (Find(instance) is not { } lease || freshAsOf >= lease.Until)", ""),
        new("a new leader does not wait for leases of the former one", "pryvd/Health/LeaseBook.cs", "freshAsOf >= LedSince + HealthTiming.WaitFor(timing.LongestLease + grace) && ", ""),
        new("a lowered dead timeout shortens the wait", "pryvd/Health/HealthTiming.cs", "former > dead ? former : dead", "dead"),
        new("the guard is not told when the lease ends", "pryvd/Agent/Core/AgentCore.Settle.cs", "order.Spec.IsLeased ? facts.Lease!.EndBootMs : null", "null"),
        new("a node is called dead when it is suspect", "pryvd/Health/Judge.cs", "NodeState.Unreachable when silence >= timing.Dead", "NodeState.Unreachable when silence >= timing.Suspect"),
        new("what the driver was asked for is not told", "pryvd/Agent/Core/InstanceFacts.cs", "Math.Max(LeaseAskedMs, Alive.Select(r => r.LeaseEndBootMs ?? 0).DefaultIfEmpty(0).Max())", "0"),
        new("a grace is over at once", "pryvd/Leader/Overseer.Nodes.cs", "_freshAsOf >= since + HealthTiming.WaitFor(Timing.LongestLease + grace)", "_freshAsOf >= since"),
    ];
}
