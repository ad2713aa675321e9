using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Looks for nonsense in any plan. It shares nothing with the planner but the records, and is as plain as can be.</summary>
public static class PlanCheck
{
    /// <summary>What is wrong; nothing, for a plan that may be carried out.</summary>
    public static IReadOnlyList<string> Problems(PlanInput input, Plan plan)
    {
        var problems = new List<string>();
        var seen = new HashSet<InstanceId>();
        foreach (var decision in plan.Decisions)
        {
            if (!seen.Add(decision.Instance))
            {
                problems.Add($"{decision.Instance} is decided twice");
            }

            if (Problem(input, decision) is { } problem)
            {
                problems.Add($"{decision.Action.ToString().ToLowerInvariant()} {decision.Instance}: {problem}");
            }
        }

        foreach (var node in plan.Decisions.Where(decision => decision.Action is DecisionAction.Place or DecisionAction.Update).GroupBy(decision => decision.Node))
        {
            problems.AddRange(ProblemsOf(input, node.Key, [.. node]));
        }

        return problems;
    }

    private static string? Problem(PlanInput input, Decision decision)
    {
        var held = input.Running.Assignments.Find(decision.Instance);
        if (input.Running.Components.GetValueOrDefault(decision.Instance.Component) is not { } component || component.Version != decision.ComponentVersion)
        {
            return "its component is not the one that it was decided from";
        }

        if ((held?.Changed ?? Pryv.Consensus.LogIndex.Zero) != decision.AssignmentChanged)
        {
            return "its assignment is not the one that it was decided from";
        }

        return decision.Reason.Length == 0 ? "it has no reason" : decision.Action switch
        {
            DecisionAction.Place => PlaceProblem(input, decision, component, held),
            _ when held is null => "it has no assignment",
            DecisionAction.Remove when !component.Deleting && decision.Instance.Ordinal < component.Spec.Count => "it is wanted",
            DecisionAction.Remove => GiveAwayProblem(input, component, held),
            DecisionAction.Stop => held.Wanted ? null : "it is stopped already",
            DecisionAction.Start => held.Wanted || component.Stopped || component.Deleting ? "it runs already, or shall not run" : null,
            _ => held.SpecVersion == component.Version ? "it has that version already" : null,
        };
    }

    private static string? PlaceProblem(PlanInput input, Decision decision, Component component, Assignment? held)
    {
        if (component.Stopped || component.Deleting || decision.Instance.Ordinal >= component.Spec.Count)
        {
            return "it is not wanted";
        }

        if (input.State.Nodes.Find(decision.Node) is not { State: NodeState.Ready, Cordoned: false } node || node.Changed != decision.NodeChanged || node.Role == NodeRole.Witness)
        {
            return "its node is not ready, cordoned, or not the one that it was decided from";
        }

        if (input.View.Find(node.Id) is null || input.View.SilenceOf(node.Id, input.Now) >= input.Timing.Dead)
        {
            return "its node is silent";
        }

        return held is null ? null : held.Node == decision.Node ? "it is there already" : GiveAwayProblem(input, component, held);
    }

    /// <summary>Nobody can be left who runs it (invariant 7), and no home is left that has its data (R3).</summary>
    private static string? GiveAwayProblem(PlanInput input, Component component, Assignment held)
    {
        var node = input.State.Nodes.Find(held.Node);
        var isGone = node is null or { IsGone: true };
        var mayRun = isGone || node!.State == NodeState.Dead ? !isGone && !held.Spec.IsLeased : held.Wanted;
        if (held.Spec.Exclusive && mayRun)
        {
            return "it may still run where it is";
        }

        if (held.Spec.IsLeased && !input.Leases.HasEnded(
            held.Instance, input.Timing, TimeSpan.FromMilliseconds(input.Running.Graces.GetValueOrDefault(held.Node)), input.FreshAsOf))
        {
            return "its lease may still be good";
        }

        var isSurplus = component.Deleting || held.Instance.Ordinal >= component.Spec.Count;
        return held.Spec.KeepsData && held.HomeMade && !isSurplus ? "its data is at its home" : null;
    }

    private static IEnumerable<string> ProblemsOf(PlanInput input, NodeId node, IReadOnlyList<Decision> decisions)
    {
        var there = input.Running.Assignments.On(node).ToDictionary(held => held.Instance, held => (held.Spec.Resources, held.Ports));
        var before = Sum(there.Values.Select(item => item.Resources));
        foreach (var decision in decisions)
        {
            var spec = input.Running.Components[decision.Instance.Component].Spec;
            there[decision.Instance] = (spec.Resources, decision.Ports);
            if (spec.Ports.Any(port => !decision.Ports.TryGetValue(port.Name, out var number) || (port.Fixed ?? number) != number) || decision.Ports.Count != spec.Ports.Count)
            {
                yield return $"{decision.Instance} does not get the ports of its spec";
            }
        }

        var after = Sum(there.Values.Select(item => item.Resources));
        var capacity = input.View.Find(node)?.Capacity ?? default;
        if ((after.CpuMillis > before.CpuMillis && after.CpuMillis > capacity.CpuMillis) || (after.MemoryMb > before.MemoryMb && after.MemoryMb > capacity.MemoryMb))
        {
            yield return $"node {input.NameOf(node)} would get more than it has";
        }

        if (decisions.Any(decision => decision.Ports.Count > 0) && there.Values.SelectMany(item => item.Ports.Values).GroupBy(port => port).Any(port => port.Count() > 1))
        {
            yield return $"a port of node {input.NameOf(node)} would be given twice";
        }
    }

    private static (long CpuMillis, long MemoryMb) Sum(IEnumerable<Resources> resources) =>
        resources.Aggregate((Cpu: 0L, Memory: 0L), (sum, item) => (sum.Cpu + item.CpuMillis, sum.Memory + item.MemoryMb));
}
