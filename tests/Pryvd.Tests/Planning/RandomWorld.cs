using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Planning;

/// <summary>Clusters and what befalls them, from one seed.</summary>
internal sealed class RandomWorld
{
    private static readonly string[] Datacenters = ["dc1", "dc2", "dc3"];

    private readonly Random _random;
    private int _nodes;

    public RandomWorld(int seed)
    {
        _random = new Random(seed);
        for (var i = _random.Next(1, 9); i > 0; i--)
        {
            AddNode();
        }

        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            PutComponent();
        }
    }

    public PlanWorld World { get; } = new();

    /// <summary>One thing happens.</summary>
    public void Befall()
    {
        switch (_random.Next(9))
        {
            case 0: AddNode(); break;
            case 1 or 2: Change(NodeState.Ready, NodeState.Dead); break;
            case 3: Change(NodeState.Ready, NodeState.Draining); break;
            case 4: Change(NodeState.Draining, NodeState.Ready); break;
            case 5: ComeBack(); break;
            case 6: PutComponent(); break;
            case 7: Age(); break;
            default: World.Pass(TimeSpan.FromSeconds(_random.Next(8))); break;
        }
    }

    /// <summary>The spec with another count, order, spread, and other checks, routes and pauses: with nothing that a run is started with.</summary>
    public ComponentSpec WithoutItsRun(ComponentSpec spec) => spec with
    {
        Count = _random.Next(8),
        Priority = _random.Next(100),
        Spread = _random.Next(2) == 0 ? ["group"] : [],
        Checks = _random.Next(2) == 0 ? [] : [new CheckSpec("alive", CheckKind.Command, "", "", ["true"], 1_000, 500, 3, 1, 0)],
        Restart = RestartPolicy.Default with { LoopCrashes = _random.Next(1, 9) },
        Stop = StopPolicy.Default with { GraceMs = _random.Next(1, 9) * 1_000 },
        Routes = spec.Ports.Count > 0 && _random.Next(2) == 0 ? [new RouteSpec("a.example", spec.Ports[0].Name)] : [],
    };

    private void AddNode()
    {
        var tags = _random.Next(2) == 0 ? TagSet.Empty : TagSet.From([new("disk", _random.Next(2) == 0 ? "ssd" : "hdd")]);
        World.AddNode($"n{++_nodes}", new NodeCapacity(_random.Next(1, 9) * 1000, _random.Next(1, 9) * 1000), Datacenters[_random.Next(3)], tags: tags, score: _random.Next(101));
    }

    private void PutComponent()
    {
        var spec = TestSpec.Of(
            "c" + _random.Next(4), _random.Next(6), _random.Next(2) == 0 ? HomePolicy.Wait : HomePolicy.Anywhere, _random.Next(2) == 0,
            new Resources(_random.Next(3) * 500, _random.Next(3) * 500)) with
        {
            Priority = _random.Next(3) * 10,
            Ports = _random.Next(3) switch { 0 => [new PortSpec("http", null), new PortSpec("admin", null)], 1 => [new PortSpec("dns", 53)], _ => [] },
            Constraints = _random.Next(4) == 0 ? [new TagConstraint("disk", ["ssd"], _random.Next(2) == 0)] : [],
            Spread = _random.Next(2) == 0 ? ["datacenter"] : [],
        };
        World.PutComponent(spec, stopped: _random.Next(6) == 0, deleting: _random.Next(10) == 0);
    }

    private void Change(NodeState from, NodeState to)
    {
        if (Pick(World.State.Nodes.Living.Where(node => node.State == from)) is { } node)
        {
            World.SetState(node.Name, to);
        }
    }

    private void ComeBack()
    {
        if (Pick(World.State.Nodes.Living.Where(node => node.State == NodeState.Dead)) is { } node)
        {
            World.SetState(node.Name, NodeState.Ready);
            World.Reporting[node.Name] = (new NodeCapacity(8_000, 8_000), 100, TagSet.Empty);
            World.Report(node.Name);
        }
    }

    private void Age()
    {
        if (Pick(World.State.Running.Assignments.All) is { } held)
        {
            World.SetStatus(held.Instance, _random.Next(2) == 0 ? InstanceState.Unhealthy : InstanceState.CrashLoop);
        }
    }

    private T? Pick<T>(IEnumerable<T> items)
        where T : class => items.ToList() is { Count: > 0 } all ? all[_random.Next(all.Count)] : null;
}
