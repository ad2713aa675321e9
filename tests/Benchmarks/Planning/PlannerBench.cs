using System.Collections.Immutable;
using System.Diagnostics;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;

namespace Benchmarks.Planning;

/// <summary>How long one plan takes as a cluster grows, ten instances to a node: all to be placed, nothing to do, a tenth of the nodes dead, a rack of
/// a hundred dead, one more of each component where there is no room; and how long the check of the first plan takes.</summary>
internal static class PlannerBench
{
    private const int Rounds = 5;

    public static Task Run(TextWriter output)
    {
        output.WriteLine($"{"nodes",6} {"instances",10} {"place all",12} {"nothing",12} {"10 % dead",12} {"replaced",9} {"rack dead",12} {"no room",12} {"checked",12}   (medians of {Rounds})");
        foreach (var nodes in (int[])[100, 1_000, 5_000])
        {
            output.WriteLine(Row(nodes));
        }

        return Task.CompletedTask;
    }

    private static string Row(int nodes)
    {
        var empty = Input(Components(Nodes(ClusterState.Empty, nodes), nodes));
        var (first, placing) = Timed(empty);
        var full = empty with { State = CarriedOut(empty.State, first) };
        var (_, silent) = Timed(full);
        var dying = full with { State = Killed(full.State, nodes / 10) };
        var (failover, replacing) = Timed(dying);
        var (_, rack) = Timed(full with { State = Killed(full.State, 100) });
        var (_, crowded) = Timed(full with { State = Grown(full.State) });
        var clock = Stopwatch.StartNew();
        var problems = PlanCheck.Problems(empty, first).Count;
        var checking = clock.Elapsed;
        problems += PlanCheck.Problems(dying, failover).Count;
        var wrong = problems == 0 ? "" : $"   {problems} PROBLEMS";
        return $"{nodes,6} {nodes * 10,10} {Ms(placing)} {Ms(silent)} {Ms(replacing)} {failover.Decisions.Count,9} {Ms(rack)} {Ms(crowded)} {Ms(checking)}{wrong}";
    }

    private static string Ms(TimeSpan time) => $"{time.TotalMilliseconds,9:F1} ms";

    private static (Plan Plan, TimeSpan Time) Timed(PlanInput input)
    {
        var plan = Planner.Plan(input);
        var times = new List<TimeSpan>();
        for (var i = 0; i < Rounds; i++)
        {
            var clock = Stopwatch.StartNew();
            plan = Planner.Plan(input);
            times.Add(clock.Elapsed);
        }

        return (plan, times.Order().ElementAt(Rounds / 2));
    }

    /// <summary>Each component wants one more than there is room for: each new instance takes all of a node.</summary>
    private static ClusterState Grown(ClusterState state)
    {
        var components = state.Running.Components.ToImmutableSortedDictionary(
            item => item.Key, item => item.Value with { Spec = item.Value.Spec with { Count = 11, Resources = new Resources(16_000, 64_000) } }, StringComparer.Ordinal);
        return state with { Running = state.Running with { Components = components } };
    }

    /// <summary>All nodes have just reported, and no lease is left from before.</summary>
    private static PlanInput Input(ClusterState state)
    {
        var now = TimeSpan.FromHours(1);
        var view = state.Nodes.Living.Aggregate(ClusterView.Begin(TimeSpan.Zero), (seen, node) => seen.Observe(Report(node.Id), now));
        return new PlanInput { State = state, View = view, Leases = LeaseBook.Begin(TimeSpan.Zero), Now = now, FreshAsOf = now };
    }

    private static NodeReport Report(NodeId node) =>
        new() { Node = node, Run = "1", Sequence = 1, Capacity = new NodeCapacity(16_000, 64_000), Score = 100, Applied = 0 };

    private static ClusterState Nodes(ClusterState state, int count) => Enumerable.Range(0, count).Aggregate(state, (made, i) => made with { Nodes = made.Nodes.Put(NodeOf(i)) });

    private static Node NodeOf(int i) => new()
    {
        Id = new NodeId($"id{i}"),
        Name = $"n{i:D5}",
        Address = "10.0.0.1:7411",
        Member = MemberId.None,
        State = NodeState.Ready,
        Role = NodeRole.Auto,
        Datacenter = $"dc{i % 3}",
        Group = "",
        Tags = TagSet.From([new("rack", $"r{i / 20}"), new("host", $"h{i}")]),
        ReportedTags = TagSet.Empty,
        Version = "",
        CommandVersion = 1,
        Certificate = new Certificate("", ByteString.Empty, ByteString.Empty, 0),
        SealingKey = ByteString.Empty,
        Transitions = 1,
        Changed = new LogIndex(1),
    };

    private static ClusterState Components(ClusterState state, int count)
    {
        var components = Enumerable.Range(0, count).Aggregate(state.Running.Components, (made, i) => made.SetItem($"c{i:D5}", ComponentOf($"c{i:D5}")));
        return state with { Running = state.Running with { Components = components } };
    }

    private static Component ComponentOf(string name) => new()
    {
        Spec = new ComponentSpec
        {
            Name = name,
            Count = 10,
            Command = ["run"],
            Home = HomePolicy.Anywhere,
            Resources = new Resources(100, 256),
            Ports = [new PortSpec("http", null)],
            Spread = ["datacenter", "rack"],
        },
        SpecJson = "",
        Version = 1,
        RunVersion = 1,
        Stopped = false,
        Deleting = false,
        Changed = new LogIndex(1),
    };

    private static ClusterState CarriedOut(ClusterState state, Plan plan)
    {
        var running = plan.Decisions.Aggregate(state.Running, (made, decision) => made with
        {
            Assignments = made.Assignments.Put(new Assignment
            {
                Instance = decision.Instance,
                Node = decision.Node,
                Generation = 2,
                SpecVersion = 1,
                RunVersion = 1,
                Spec = made.Components[decision.Instance.Component].Spec,
                Wanted = true,
                HomeMade = false,
                Restart = 0,
                Ports = decision.Ports,
                Reason = decision.Reason,
                Changed = new LogIndex(2),
            }),
            Statuses = made.Statuses.SetItem(decision.Instance, new InstanceStatus(decision.Instance, decision.Node, 2, 1, 0, InstanceState.Healthy, "", 0, new LogIndex(3))),
        });
        return state with { Running = running };
    }

    private static ClusterState Killed(ClusterState state, int count) =>
        state.Nodes.Living.Take(count).Aggregate(state, (made, node) => made with { Nodes = made.Nodes.Put(node with { State = NodeState.Dead }) });
}
