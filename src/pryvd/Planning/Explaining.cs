using System.Globalization;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Puts a plan and what it was made from into words.</summary>
public static class Explaining
{
    /// <summary>Every node, why it is taken or not, and what comes next; null when there is no such instance and none is wanted.</summary>
    public static Explanation? Of(PlanInput input, InstanceId instance)
    {
        var draft = new PlanDraft(input);
        if (draft.Sorted.FirstOrDefault(item => item.Instance == instance) is not { } item)
        {
            return null;
        }

        var plan = Planner.Plan(input);
        var given = plan.Decisions.FirstOrDefault(decision => decision.Instance == instance && decision.Action == DecisionAction.Place)?.Node;
        var nodes = draft.Pool.All
            .Select(slot => VerdictOf(draft, item, slot, given ?? item.Assignment?.Node))
            .OrderByDescending(verdict => verdict.Taken).ThenByDescending(verdict => verdict.Possible).ThenByDescending(verdict => verdict.Score)
            .ThenBy(verdict => verdict.Node.Name, StringComparer.Ordinal);
        return new Explanation(instance, item.Assignment, [.. nodes], [.. Next(input, plan, item)]);
    }

    internal static string WhyTaken(Candidate best)
    {
        var room = best.Slot.FreeShare.ToString(CultureInfo.InvariantCulture);
        var spread = best.OnNode == 0
            ? "none of its component is there"
            : $"{best.OnNode} of its component {(best.OnNode == 1 ? "is" : "are")} there, and fewer nowhere";
        return $"node {best.Slot.Node.Name} fits best: {spread}, {room} of 1000 free";
    }

    private static NodeVerdict VerdictOf(PlanDraft draft, Sorted item, NodeSlot slot, NodeId? taker)
    {
        var search = draft.SearchFor(item.Component);
        var isHolder = item.Assignment?.Node == slot.Node.Id;
        var obstacle = isHolder ? null : Obstacle.Of(slot, item.Component.Spec, item.Instance, parallel: null);
        var isTaker = taker == slot.Node.Id;
        var reasons = new List<string>();
        if (isHolder)
        {
            reasons.Add($"it has it: {item.Assignment!.Reason}");
        }

        reasons.AddRange(obstacle is null ? Measures(item.Component.Spec, search.Crowd, slot) : [obstacle]);
        return new NodeVerdict(slot.Node, isTaker, obstacle is null, obstacle is null ? slot.Score : 0, reasons);
    }

    private static IEnumerable<string> Measures(ComponentSpec spec, Crowd crowd, NodeSlot slot)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{crowd.On(slot)} of {spec.Name} there");
        var domains = crowd.In(slot);
        for (var i = 0; i < domains.Count; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{domains[i]} of {spec.Name} in {spec.Spread[i]} '{Tags.ValueOf(slot, spec.Spread[i])}'");
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"{slot.FreeShare} of 1000 free, {slot.ReportedScore} of 100 by its own word, {slot.Instances} instances");
    }

    private static IEnumerable<string> Next(PlanInput input, Plan plan, Sorted item)
    {
        foreach (var decision in plan.Decisions.Where(decision => decision.Instance == item.Instance))
        {
            var where = decision.Action == DecisionAction.Place ? $" on node {input.NameOf(decision.Node)}" : "";
            yield return $"{decision.Action.ToString().ToLowerInvariant()}{where}: {decision.Reason}";
        }

        foreach (var wait in plan.Waits.Where(wait => wait.Instance == item.Instance))
        {
            yield return wait.Reason;
        }
    }
}
