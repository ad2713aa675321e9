using System.Text;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>
/// All nodes with what is left of them. Those that could take something are in classes, each in the order of its room, so that a
/// place is found by looking at the first of each class and not at every node.
/// </summary>
internal sealed class NodePool
{
    private readonly Dictionary<NodeId, NodeSlot> _slots = [];
    private readonly Dictionary<string, NodeClass> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sites> _sites = new(StringComparer.Ordinal);
    private readonly SortedSet<NodeClass> _byRoom = new(NodeClass.MostRoomFirst.Instance);
    private readonly List<string> _keys;

    public NodePool(PlanInput input, IReadOnlyList<Sorted> sorted)
    {
        _keys = [.. KeysOf(input.Running.Components.Values)];
        foreach (var node in input.State.Nodes.Living)
        {
            var view = input.View.Find(node.Id);
            _slots[node.Id] = new NodeSlot(node, view, Tags.Merge(node, view?.Tags ?? TagSet.Empty), NodeBar.Of(node, input));
        }

        foreach (var item in sorted)
        {
            if (item.Assignment is { } held && _slots.TryGetValue(held.Node, out var slot))
            {
                slot.Add(held.Instance, held.Spec.Resources, held.Ports, IsStarting(input, held));
            }
        }

        foreach (var slot in _slots.Values.Where(slot => slot.Bar is null))
        {
            ClassOf(slot).Add(slot);
        }
    }

    /// <summary>In the order of their names.</summary>
    public IEnumerable<NodeSlot> All => _slots.Values;

    /// <summary>All classes, the one whose first node has most room first.</summary>
    public IReadOnlyCollection<NodeClass> ByRoom => _byRoom;

    public NodeSlot? Find(NodeId node) => _slots.GetValueOrDefault(node);

    public Sites SitesOf(ComponentSpec spec)
    {
        var key = Sites.KeyOf(spec);
        if (!_sites.TryGetValue(key, out var sites))
        {
            _sites[key] = sites = new Sites(_classes.Values.Where(item => item.Meets(spec)), spec.Spread);
        }

        return sites;
    }

    private static bool IsStarting(PlanInput input, Assignment held) =>
        held.Wanted && (input.Running.StatusOf(held)?.State ?? InstanceState.Pending) is
            InstanceState.Pending or InstanceState.Fetching or InstanceState.Preparing or InstanceState.Starting;

    /// <summary>Only tags that a component asks for make a difference.</summary>
    private static SortedSet<string> KeysOf(IEnumerable<Component> components)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var component in components)
        {
            keys.UnionWith(component.Spec.Spread);
            keys.UnionWith(component.Spec.Constraints.Where(demand => !Tags.IsOfNode(demand)).Select(demand => demand.Key));
        }

        return keys;
    }

    private NodeClass ClassOf(NodeSlot slot)
    {
        var key = new StringBuilder();
        foreach (var tag in _keys)
        {
            // A tag that is missing differs from an empty one.
            key.Append(Tags.ValueOf(slot, tag) is { } value ? "=" + value : "-").Append('\n');
        }

        var name = key.ToString();
        if (!_classes.TryGetValue(name, out var found))
        {
            _classes[name] = found = new NodeClass(slot, _byRoom);
        }

        return found;
    }
}
