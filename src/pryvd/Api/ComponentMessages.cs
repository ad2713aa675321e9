using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Specs;

namespace Pryvd.Api;

/// <summary>Components, instances and their differences as the API shows them.</summary>
internal static class ComponentMessages
{
    /// <summary>The state of an instance whose node is silent: what it said last may long be otherwise.</summary>
    private const string Unknown = "unknown";

    public static Pryv.V1.Component Of(ClusterState state, Component component) => new()
    {
        Name = component.Name,
        Version = component.Version,
        Stopped = component.Stopped,
        Deleting = component.Deleting,
        SpecJson = component.SpecJson,
        Instances = { InstancesOf(state, component) },
        ChangedIndex = component.Changed.Value,
    };

    public static Pryv.V1.Instance Of(ClusterState state, Assignment assignment)
    {
        var status = state.Running.StatusOf(assignment);
        var node = state.Nodes.Find(assignment.Node);
        var (word, detail) = Told(node, status);
        return new Pryv.V1.Instance
        {
            Id = assignment.Instance.ToString(),
            Node = node?.Name ?? "",
            Generation = assignment.Generation,
            SpecVersion = assignment.SpecVersion,
            Wanted = assignment.Wanted,
            State = word,
            Detail = detail,
            SinceMs = status?.SinceMs ?? 0,
            Ports = { assignment.Ports.ToDictionary() },
            Address = node?.Host ?? "",
            Reason = assignment.Reason,
            Leased = assignment.Spec.IsLeased,
            Home = assignment.Spec.Home.Word(),
        };
    }

    /// <summary>One that shall be, but has no node yet.</summary>
    public static Pryv.V1.Instance Unplaced(InstanceId instance) => new()
    {
        Id = instance.ToString(),
        State = InstanceState.Pending.Word(),
    };

    public static Pryv.V1.ComponentDiff Of(SpecDiff diff) => new()
    {
        Name = diff.Name,
        Change = diff.Change,
        Fields = { diff.Fields.Select(field => new Pryv.V1.FieldDiff { Path = field.Path, Old = field.Old, New = field.New }) },
    };

    public static Pryv.V1.Route Of(Route route) => new()
    {
        Host = route.Host,
        Targets =
        {
            route.Targets.Select(target => new Pryv.V1.RouteTarget
            {
                Instance = target.Instance.ToString(),
                Node = target.Node,
                Address = target.Address,
                Port = target.Port,
                Generation = target.Generation,
            }),
        },
    };

    private static (string State, string Detail) Told(Node? node, InstanceStatus? status)
    {
        var said = (status?.State ?? InstanceState.Pending).Word();
        return node is { IsSilent: true }
            ? (Unknown, $"node {node.Name} is {node.State.Word()}; it said {said} last")
            : (said, status?.Detail ?? "");
    }

    /// <summary>Those that shall be, placed or not, and those that still are.</summary>
    private static IEnumerable<Pryv.V1.Instance> InstancesOf(ClusterState state, Component component)
    {
        var placed = state.Running.Assignments.Of(component.Name).ToDictionary(item => item.Instance.Ordinal);
        var wanted = component.Deleting || component.Stopped ? 0 : component.Spec.Count;
        return placed.Keys.Union(Enumerable.Range(0, wanted)).Order()
            .Select(ordinal => placed.TryGetValue(ordinal, out var item) ? Of(state, item) : Unplaced(new InstanceId(component.Name, ordinal)));
    }
}
