using System.Collections.Immutable;
using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>All nodes by id, and those that are not gone by name. A name belongs to one node at a time.</summary>
public sealed record NodeTable
{
    public static readonly NodeTable Empty = new();

    private ImmutableDictionary<NodeId, Node> ById { get; init; } = ImmutableDictionary<NodeId, Node>.Empty;

    private ImmutableSortedDictionary<string, NodeId> ByName { get; init; } =
        ImmutableSortedDictionary.Create<string, NodeId>(StringComparer.Ordinal);

    /// <summary>How many nodes are not gone.</summary>
    public int Count => ByName.Count;

    public int GoneCount => ById.Count - ByName.Count;

    /// <summary>The nodes that are not gone, in the order of their names.</summary>
    public IEnumerable<Node> Living => ByName.Values.Select(id => ById[id]);

    /// <summary>The decommissioned nodes that are remembered, the newest first.</summary>
    public IEnumerable<Node> Gone =>
        ById.Values.Where(node => node.IsGone).OrderByDescending(node => node.Changed).ThenBy(node => node.Id.Value, StringComparer.Ordinal);

    public Node? Find(NodeId id) => ById.GetValueOrDefault(id);

    /// <summary>The node that holds the name now.</summary>
    public Node? FindLiving(string name) => ByName.TryGetValue(name, out var id) ? ById[id] : null;

    /// <summary>By name or id; of the gone ones that had the name, the newest.</summary>
    public Node? Find(string nameOrId) =>
        FindLiving(nameOrId) ?? Find(new NodeId(nameOrId)) ?? Gone.FirstOrDefault(node => node.Name == nameOrId);

    public Node? FindMember(MemberId member) => member.IsNone ? null : Living.FirstOrDefault(node => node.Member == member);

    public NodeTable Put(Node node) => this with
    {
        ById = ById.SetItem(node.Id, node),
        ByName = node.IsGone ? RemoveName(node) : ByName.SetItem(node.Name, node.Id),
    };

    public NodeTable Remove(Node node) => this with { ById = ById.Remove(node.Id), ByName = RemoveName(node) };

    private ImmutableSortedDictionary<string, NodeId> RemoveName(Node node) =>
        ByName.TryGetValue(node.Name, out var holder) && holder == node.Id ? ByName.Remove(node.Name) : ByName;
}
