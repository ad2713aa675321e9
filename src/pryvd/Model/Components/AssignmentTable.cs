using System.Collections.Immutable;

namespace Pryvd.Model.Components;

/// <summary>All assignments by instance, and the instances of each node; immutable.</summary>
public sealed record AssignmentTable
{
    public static readonly AssignmentTable Empty = new();

    private ImmutableSortedDictionary<InstanceId, Assignment> ByInstance { get; init; } = ImmutableSortedDictionary<InstanceId, Assignment>.Empty;

    private ImmutableDictionary<NodeId, ImmutableSortedSet<InstanceId>> ByNode { get; init; } = ImmutableDictionary<NodeId, ImmutableSortedSet<InstanceId>>.Empty;

    public int Count => ByInstance.Count;

    /// <summary>In the order of their instances.</summary>
    public IEnumerable<Assignment> All => ByInstance.Values;

    public Assignment? Find(InstanceId instance) => ByInstance.GetValueOrDefault(instance);

    public IEnumerable<Assignment> On(NodeId node) => ByNode.GetValueOrDefault(node, ImmutableSortedSet<InstanceId>.Empty).Select(id => ByInstance[id]);

    public AssignmentTable Put(Assignment item)
    {
        var without = Find(item.Instance) is { } old && old.Node != item.Node ? RemoveFrom(old) : ByNode;
        return new AssignmentTable
        {
            ByInstance = ByInstance.SetItem(item.Instance, item),
            ByNode = without.SetItem(item.Node, without.GetValueOrDefault(item.Node, ImmutableSortedSet<InstanceId>.Empty).Add(item.Instance)),
        };
    }

    public AssignmentTable Remove(InstanceId instance) => Find(instance) is { } old
        ? new AssignmentTable { ByInstance = ByInstance.Remove(instance), ByNode = RemoveFrom(old) }
        : this;

    private ImmutableDictionary<NodeId, ImmutableSortedSet<InstanceId>> RemoveFrom(Assignment old) =>
        ByNode[old.Node].Remove(old.Instance) is { IsEmpty: false } left ? ByNode.SetItem(old.Node, left) : ByNode.Remove(old.Node);
}
