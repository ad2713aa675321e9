using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Nodes that no component tells apart by tag or failure domain, the one with most room first.</summary>
internal sealed class NodeClass
{
    private readonly NodeSlot _example;
    private readonly SortedSet<NodeSlot> _all;
    private readonly SortedSet<NodeSlot> _slots = new(MostRoomFirst.Instance);

    /// <param name="example">Any node of the class.</param>
    /// <param name="all">The nodes of all classes, which this one keeps in order as well.</param>
    public NodeClass(NodeSlot example, SortedSet<NodeSlot> all) => (_example, First, _all) = (example, example, all);

    public IEnumerable<NodeSlot> Slots => _slots;

    /// <summary>The one with most room.</summary>
    public NodeSlot First { get; private set; }

    public void Add(NodeSlot slot)
    {
        slot.Class = this;
        _slots.Add(slot);
        _all.Add(slot);
        First = _slots.Min!;
    }

    /// <summary>Changes what the order goes by.</summary>
    public void Change(NodeSlot slot, Action<NodeSlot> change)
    {
        _slots.Remove(slot);
        _all.Remove(slot);
        change(slot);
        _slots.Add(slot);
        _all.Add(slot);
        First = _slots.Min!;
    }

    public bool Meets(ComponentSpec spec) => spec.Constraints.All(demand => Tags.IsOfNode(demand) || Tags.Meets(_example, demand));

    public string DomainOf(string key) => Tags.ValueOf(_example, key) ?? "";

    public sealed class MostRoomFirst : IComparer<NodeSlot>
    {
        public static readonly MostRoomFirst Instance = new();

        public int Compare(NodeSlot? x, NodeSlot? y) => Rank.CompareRoom(x!, y!);
    }
}
