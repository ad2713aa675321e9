using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>An instance for which nothing can be decided now, and what it waits for.</summary>
public sealed record PlanWait(InstanceId Instance, Bucket Bucket, string Reason);

/// <summary>What is to be decided now, in the order in which it should be, and what waits. Equal inputs give equal plans.</summary>
/// <param name="Waits">In the order of the instances.</param>
/// <param name="ByTime">Something waits for nothing but time.</param>
public sealed record Plan(IReadOnlyList<Decision> Decisions, IReadOnlyList<PlanWait> Waits, bool ByTime)
{
    public bool IsSilent => Decisions.Count == 0;
}
