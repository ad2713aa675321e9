using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;

namespace Pryvd.Tests.Planning;

/// <summary>Where an instance belongs, by looking at every node; for components without ports.</summary>
internal static class DumbPlace
{
    public static NodeId? Of(PlanInput input, InstanceId instance)
    {
        var spec = input.Running.Components[instance.Component].Spec;
        return input.State.Nodes.Living
            .Where(node => Meets(node, spec) && CpuLeft(input, node) >= spec.Resources.CpuMillis)
            .OrderBy(node => There(input, instance, other => other.Id == node.Id))
            .ThenBy(node => string.Concat(spec.Spread.Select(key => There(input, instance, other => Tag(other, key) == Tag(node, key)).ToString("D4"))), StringComparer.Ordinal)
            .ThenByDescending(node => Score(input, node))
            .ThenBy(node => input.Running.Assignments.On(node.Id).Count())
            .ThenBy(node => node.Name, StringComparer.Ordinal)
            .FirstOrDefault()?.Id;
    }

    private static int There(PlanInput input, InstanceId instance, Func<Node, bool> counts) =>
        input.Running.Assignments.All.Count(held => held.Instance.Component == instance.Component && counts(input.State.Nodes.Find(held.Node)!));

    private static int CpuLeft(PlanInput input, Node node) =>
        input.View.Find(node.Id)!.Capacity.CpuMillis - input.Running.Assignments.On(node.Id).Sum(held => held.Spec.Resources.CpuMillis);

    private static int Score(PlanInput input, Node node) =>
        CpuLeft(input, node) * 1_000 / input.View.Find(node.Id)!.Capacity.CpuMillis * input.View.Find(node.Id)!.Score;

    private static string Tag(Node node, string key) => key == "datacenter" ? node.Datacenter : node.Tags.Items[key];

    private static bool Meets(Node node, ComponentSpec spec) => spec.Constraints.All(demand => demand.Values.Contains(Tag(node, demand.Key)));
}
