using System.Collections.Immutable;

namespace Pryvd.Model.Components;

/// <summary>All assignments by instance, and the instances of each node; immutable.</summary>
public sealed record AssignmentTable
{
    public static readonly AssignmentTable Empty = new();

    private static readonly ImmutableSortedDictionary<int, Assignment> NoInstances = ImmutableSortedDictionary<int, Assignment>.Empty;

    private ImmutableSortedDictionary<string, ImmutableSortedDictionary<int, Assignment>> ByComponent { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<int, Assignment>>(StringComparer.Ordinal);

    private ImmutableDictionary<NodeId, ImmutableSortedSet<InstanceId>> ByNode { get; init; } = ImmutableDictionary<NodeId, ImmutableSortedSet<InstanceId>>.Empty;

    public int Count { get; private init; }

    /// <summary>In the order of their instances.</summary>
    public IEnumerable<Assignment> All => ByComponent.Values.SelectMany(instances => instances.Values);

    public Assignment? Find(InstanceId instance) => InstancesOf(instance.Component).GetValueOrDefault(instance.Ordinal);

    /// <summary>Those of one component, in the order of their ordinals.</summary>
    public IEnumerable<Assignment> Of(string component) => InstancesOf(component).Values;

    public IEnumerable<Assignment> On(NodeId node) => ByNode.GetValueOrDefault(node, ImmutableSortedSet<InstanceId>.Empty).Select(id => Find(id)!);

    public AssignmentTable Put(Assignment item)
    {
        var old = Find(item.Instance);
        var byNode = old is not null && old.Node != item.Node ? RemoveFrom(old) : ByNode;
        return new AssignmentTable
        {
            ByComponent = ByComponent.SetItem(item.Instance.Component, InstancesOf(item.Instance.Component).SetItem(item.Instance.Ordinal, item)),
            ByNode = byNode.SetItem(item.Node, byNode.GetValueOrDefault(item.Node, ImmutableSortedSet<InstanceId>.Empty).Add(item.Instance)),
            Count = Count + (old is null ? 1 : 0),
        };
    }

    public AssignmentTable Remove(InstanceId instance)
    {
        if (Find(instance) is not { } old)
        {
            return this;
        }

        var left = InstancesOf(instance.Component).Remove(instance.Ordinal);
        return new AssignmentTable
        {
            ByComponent = left.IsEmpty ? ByComponent.Remove(instance.Component) : ByComponent.SetItem(instance.Component, left),
            ByNode = RemoveFrom(old),
            Count = Count - 1,
        };
    }

    private ImmutableSortedDictionary<int, Assignment> InstancesOf(string component) => ByComponent.GetValueOrDefault(component, NoInstances);

    private ImmutableDictionary<NodeId, ImmutableSortedSet<InstanceId>> RemoveFrom(Assignment old) =>
        ByNode[old.Node].Remove(old.Instance) is { IsEmpty: false } left ? ByNode.SetItem(old.Node, left) : ByNode.Remove(old.Node);
}
