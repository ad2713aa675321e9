using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Nodes that no component tells apart by tag or failure domain, the one with most room first.</summary>
internal sealed class NodeClass
{
    private readonly NodeSlot _example;
    private readonly SortedSet<NodeClass> _classes;
    private readonly SortedSet<NodeSlot> _slots = new(MostRoomFirst.Instance);

    /// <param name="example">Any node of the class.</param>
    /// <param name="classes">All classes, the one whose first node has most room first: this one keeps its place among them.</param>
    public NodeClass(NodeSlot example, SortedSet<NodeClass> classes) => (_example, First, _classes) = (example, example, classes);

    public IEnumerable<NodeSlot> Slots => _slots;

    /// <summary>The one with most room.</summary>
    public NodeSlot First { get; private set; }

    public void Add(NodeSlot slot)
    {
        slot.Class = this;
        _classes.Remove(this);
        _slots.Add(slot);
        First = _slots.Min!;
        _classes.Add(this);
    }

    /// <summary>Changes what the order goes by.</summary>
    public void Change(NodeSlot slot, Action<NodeSlot> change)
    {
        _classes.Remove(this);
        _slots.Remove(slot);
        change(slot);
        _slots.Add(slot);
        First = _slots.Min!;
        _classes.Add(this);
    }

    public bool Meets(ComponentSpec spec) => spec.Constraints.All(demand => Tags.IsOfNode(demand) || Tags.Meets(_example, demand));

    public string DomainOf(string key) => Tags.ValueOf(_example, key) ?? "";

    public sealed class MostRoomFirst : IComparer<NodeSlot>, IComparer<NodeClass>
    {
        public static readonly MostRoomFirst Instance = new();

        public int Compare(NodeSlot? x, NodeSlot? y) => Rank.CompareRoom(x!, y!);

        public int Compare(NodeClass? x, NodeClass? y) => Rank.CompareRoom(x!.First, y!.First);
    }
}
