using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>A node with what is left of it while a plan is made.</summary>
internal sealed class NodeSlot(Node node, NodeView? view, TagSet tags, string? bar)
{
    private const int FullShare = 1_000;

    private readonly Dictionary<int, InstanceId> _ports = [];
    private int _cpuMillis;
    private int _memoryMb;

    public Node Node { get; } = node;

    /// <summary>Configured tags over reported ones (O7).</summary>
    public TagSet Tags { get; } = tags;

    /// <summary>Why it gets nothing now, or null.</summary>
    public string? Bar { get; } = bar;

    /// <summary>The class that it belongs to; null for one that gets nothing.</summary>
    public NodeClass? Class { get; set; }

    public int Instances { get; private set; }

    /// <summary>Instances that it is to start and that were not healthy yet.</summary>
    public int Starting { get; private set; }

    /// <summary>The free share of what is scarcest, weighed with what the node says of itself: 0 to 100,000.</summary>
    public int Score => FreeShare * ReportedScore;

    public int ReportedScore => view?.Score ?? 0;

    /// <summary>The free share of what is scarcest, in thousandths.</summary>
    public int FreeShare { get; private set; } = FullShare;

    private NodeCapacity Capacity => view?.Capacity ?? default;

    public void Add(InstanceId instance, Resources resources, IReadOnlyDictionary<string, int> ports, bool starting)
    {
        Count(resources, 1);
        Starting += starting ? 1 : 0;
        foreach (var port in ports.Values)
        {
            _ports[port] = instance;
        }
    }

    /// <summary>The instance takes other resources and ports than before.</summary>
    public void Replace(InstanceId instance, Resources before, IReadOnlyDictionary<string, int> portsBefore, Resources after, IReadOnlyDictionary<string, int> ports)
    {
        Count(before, -1);
        foreach (var port in portsBefore.Values)
        {
            _ports.Remove(port);
        }

        Add(instance, after, ports, starting: false);
    }

    /// <summary>Which of its resources do not suffice, or null.</summary>
    /// <param name="held">What the instance has of this node already.</param>
    public string? Lack(Resources wanted, Resources held)
    {
        if (wanted.CpuMillis > 0 && wanted.CpuMillis > Capacity.CpuMillis - _cpuMillis + held.CpuMillis)
        {
            return $"too little processor is left ({wanted.CpuMillis} thousandths are needed)";
        }

        return wanted.MemoryMb > 0 && wanted.MemoryMb > Capacity.MemoryMb - _memoryMb + held.MemoryMb
            ? $"too little memory is left ({wanted.MemoryMb} MiB are needed)"
            : null;
    }

    /// <summary>Who has the port, other than the instance itself.</summary>
    public InstanceId? HolderOf(int port, InstanceId except) => _ports.TryGetValue(port, out var holder) && holder != except ? holder : null;

    private static int Share(int capacity, int used) =>
        capacity <= 0 ? FullShare : (int)Math.Max(0, (capacity - (long)used) * FullShare / capacity);

    private void Count(Resources resources, int sign)
    {
        _cpuMillis += sign * resources.CpuMillis;
        _memoryMb += sign * resources.MemoryMb;
        Instances += sign;
        FreeShare = Math.Min(Share(Capacity.CpuMillis, _cpuMillis), Share(Capacity.MemoryMb, _memoryMb));
    }
}
