using System.Collections.Immutable;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;

namespace Pryvd.Tests.Planning;

/// <summary>A cluster as a planner sees it: records, reports and time, changed by hand; decisions are carried out as plainly as can be.</summary>
internal sealed class PlanWorld
{
    private readonly Dictionary<NodeId, long> _sequences = [];
    private long _index = 10;

    public ClusterState State { get; private set; } = ClusterState.Empty;

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1_000);

    public ClusterView View { get; private set; } = ClusterView.Begin(TimeSpan.Zero);

    public LeaseBook Leases { get; set; } = LeaseBook.Begin(TimeSpan.Zero);

    /// <summary>What the nodes have, by name; a node without an entry does not report.</summary>
    public SortedDictionary<string, (NodeCapacity Capacity, int Score, TagSet Tags)> Reporting { get; } = new(StringComparer.Ordinal);

    public PlanInput Input => new() { State = State, View = View, Leases = Leases, Now = Now, FreshAsOf = Now };

    public HealthTiming Timing => Input.Timing;

    public void AddNode(string name, NodeCapacity capacity, string datacenter = "dc1", NodeState state = NodeState.Ready, TagSet? tags = null, TagSet? reported = null, int score = 100, string group = "", NodeRole role = NodeRole.Auto)
    {
        Put(new Node
        {
            Id = new NodeId("id-" + name),
            Name = name,
            Address = "10.0.0.1:7411",
            Member = MemberId.None,
            State = state,
            Role = role,
            Datacenter = datacenter,
            Group = group,
            Tags = tags ?? TagSet.Empty,
            ReportedTags = TagSet.Empty,
            Version = "",
            CommandVersion = 1,
            Certificate = new Certificate("", ByteString.Empty, ByteString.Empty, 0),
            SealingKey = ByteString.Empty,
            Transitions = 2,
            Changed = Next(),
        });
        Reporting[name] = (capacity, score, reported ?? TagSet.Empty);
        Report(name);
    }

    public Node Node(string name) => State.Nodes.FindLiving(name)!;

    public void SetState(string name, NodeState state)
    {
        Put(Node(name).To(state) with { Changed = Next() });
        if (state is NodeState.Dead or NodeState.Unreachable or NodeState.Decommissioned)
        {
            Reporting.Remove(name);
        }
    }

    public void Cordon(string name, bool cordoned) => Put(Node(name) with { Cordoned = cordoned, Changed = Next() });

    public void PutComponent(ComponentSpec spec, bool stopped = false, bool deleting = false)
    {
        var old = State.Running.Components.GetValueOrDefault(spec.Name);
        var version = old is null || !ReferenceEquals(old.Spec, spec) ? (old?.Version ?? 0) + 1 : old.Version;
        var component = new Component
        {
            Spec = spec,
            SpecJson = "",
            Version = version,
            RunVersion = RunPart.VersionOf(spec, version, old, State.Running.Assignments),
            Stopped = stopped,
            Deleting = deleting,
            Changed = Next(),
        };
        Running(running => running with { Components = running.Components.SetItem(spec.Name, component) });
    }

    public void Set(string setting, int value)
    {
        var item = new ExtraVar
        {
            Name = new VarName(VarScope.Cluster, setting),
            Value = Utf8Text.From(value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Sealed = ByteString.Empty,
            Deleted = false,
            Version = 1,
            OldestVersion = 1,
            Index = Next(),
            TimeMs = 0,
            Actor = new Actor("", -1, 0),
        };
        var vars = State.Vars.Put(item);
        State = State with { Vars = vars, Settings = Settings.From(vars) };
    }

    public void SetStatus(InstanceId instance, InstanceState state, string detail = "")
    {
        var held = State.Running.Assignments.Find(instance)!;
        var status = new InstanceStatus(instance, held.Node, held.Generation, held.RunVersion, held.Restart, state, detail, 0, Next());
        Running(running => running with { Statuses = running.Statuses.SetItem(instance, status) });
        if (state == InstanceState.Healthy && !held.HomeMade)
        {
            Running(running => running with { Assignments = running.Assignments.Put(held with { HomeMade = true, Changed = Next() }) });
        }
    }

    public void SetGrace(NodeId node, long graceMs) => State = State with { Running = State.Running with { Graces = State.Running.Graces.SetItem(node, graceMs) } };

    /// <summary>Time passes, and all nodes that report do so; a node claims what it runs under a lease, and is granted it.</summary>
    public void Pass(TimeSpan time)
    {
        Now += time;
        foreach (var name in Reporting.Keys.Where(name => State.Nodes.FindLiving(name) is not null).ToList())
        {
            Report(name);
        }
    }

    public void Report(string name)
    {
        var (capacity, score, tags) = Reporting[name];
        var node = Node(name).Id;
        _sequences[node] = _sequences.GetValueOrDefault(node) + 1;
        var claims = State.Running.Assignments.On(node).Where(held => held is { Wanted: true, Spec.IsLeased: true }).Select(held => new Claim(held.Instance, held.Generation)).ToList();
        var report = new NodeReport
        {
            Node = node, Run = "1", Sequence = _sequences[node], Capacity = capacity, Score = score, Tags = tags, Claims = claims, Applied = _index,
        };
        View = View.Observe(report, Now);
        Leases = Leases.Release(report, State.Running.Assignments);
        Leases = claims.Aggregate(Leases, (book, claim) => book.Grant(claim, report, Now, Timing.LeaseTtl));
    }

    /// <summary>All that runs is well, all that shall not run has stopped, on the nodes that report.</summary>
    public void Obey()
    {
        foreach (var held in State.Running.Assignments.All.Where(held => Reporting.ContainsKey(Input.NameOf(held.Node))).ToList())
        {
            var wanted = held.Wanted ? InstanceState.Healthy : InstanceState.Stopped;
            if (State.Running.StatusOf(held) is not { } status || status.State != wanted || status.SpecVersion != held.RunVersion)
            {
                SetStatus(held.Instance, wanted);
            }
        }

        Pass(TimeSpan.FromMilliseconds(100));
    }

    public void CarryOut(Plan plan)
    {
        foreach (var decision in plan.Decisions)
        {
            CarryOut(decision);
        }
    }

    /// <summary>Obeys, plans and carries out until a plan is silent.</summary>
    /// <returns>How many plans said something.</returns>
    public int Settle(int most = 200) => Plans(most).Count() - 1;

    /// <summary>The plans until a silent one, each carried out before the next is made.</summary>
    public IEnumerable<Plan> Plans(int most = 200)
    {
        for (var round = 0; round < most; round++)
        {
            Obey();
            var plan = Planner.Plan(Input);
            Assert.Empty(PlanCheck.Problems(Input, plan));
            yield return plan;
            if (plan.IsSilent && !plan.ByTime)
            {
                yield break;
            }

            CarryOut(plan);
        }

        throw new InvalidOperationException($"no silent plan after {most} rounds");
    }

    private void CarryOut(Decision decision)
    {
        var running = State.Running;
        var component = running.Components[decision.Instance.Component];
        var held = running.Assignments.Find(decision.Instance);
        var assignments = decision.Action switch
        {
            DecisionAction.Remove => running.Assignments.Remove(decision.Instance),
            DecisionAction.Stop => running.Assignments.Put(held! with { Wanted = false, Reason = decision.Reason, Changed = Next() }),
            DecisionAction.Start => running.Assignments.Put(held! with { Wanted = true, Reason = decision.Reason, Changed = Next() }),
            DecisionAction.Update => running.Assignments.Put(held! with { Spec = component.Spec, SpecVersion = component.Version, RunVersion = component.RunVersion, Ports = decision.Ports, Reason = decision.Reason, Changed = Next() }),
            _ => running.Assignments.Put(Placed(decision, component)),
        };
        var statuses = decision.Action is DecisionAction.Place or DecisionAction.Remove ? running.Statuses.Remove(decision.Instance) : running.Statuses;
        State = State with { Running = running with { Assignments = assignments, Statuses = statuses } };
    }

    private Assignment Placed(Decision decision, Component component) => new()
    {
        Instance = decision.Instance,
        Node = decision.Node,
        Generation = Next().Value,
        SpecVersion = component.Version,
        RunVersion = component.RunVersion,
        Spec = component.Spec,
        Wanted = true,
        HomeMade = false,
        Restart = 0,
        Ports = decision.Ports,
        Reason = decision.Reason,
        Changed = new LogIndex(_index),
    };

    private void Running(Func<ComponentTables, ComponentTables> change) => State = State with { Running = change(State.Running) };

    private void Put(Node node) => State = State with { Nodes = State.Nodes.Put(node) };

    private LogIndex Next() => new(++_index);
}
