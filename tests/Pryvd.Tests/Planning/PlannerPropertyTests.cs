using FsCheck;
using FsCheck.Fluent;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;

namespace Pryvd.Tests.Planning;

/// <summary>What holds of every plan, for random clusters to which random things happen (R3, R4, H2).</summary>
public sealed class PlannerPropertyTests
{
    private const int Happenings = 12;

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void A_cluster_to_which_things_happen_gets_only_sound_plans_and_comes_to_rest() => ForAllWorlds((random, world) =>
    {
        for (var i = 0; i < Happenings; i++)
        {
            random.Befall();
            var before = world.Input;
            var plan = Planner.Plan(before);
            Assert.Empty(PlanCheck.Problems(before, plan));
            world.CarryOut(plan);
            HoldsWhatItMust(before, world.Input);
        }

        world.Settle();
        Assert.True(Planner.Plan(world.Input).IsSilent);
        NeverMoreThanCount(world.Input);
    });

    [Fact]
    public void The_same_input_gives_the_same_plan() => ForAllWorlds((random, world) =>
    {
        for (var i = 0; i < Happenings; i++)
        {
            random.Befall();
            Assert.Equal(Text(Planner.Plan(world.Input)), Text(Planner.Plan(world.Input)));
            world.CarryOut(Planner.Plan(world.Input));
        }
    });

    [Fact]
    public void Nothing_moves_without_a_cause() => ForAllWorlds((random, world) =>
    {
        world.Settle();
        var waits = Planner.Plan(world.Input).Waits.Count;
        world.AddNode("big", new NodeCapacity(64_000, 64_000), "dc9");
        foreach (var name in world.Reporting.Keys.ToList())
        {
            world.Reporting[name] = world.Reporting[name] with { Score = 1 };
        }

        world.Pass(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(Planner.Plan(world.Input).Decisions, decision => world.State.Running.Assignments.Find(decision.Instance) is not null && waits == 0);
    });

    /// <summary>R5: how many there are, and what is arranged around what runs, restarts none of those that stay.</summary>
    [Fact]
    public void A_change_of_what_no_run_is_started_with_touches_no_run() => ForAllWorlds((random, world) =>
    {
        world.Settle();
        foreach (var component in world.State.Running.Components.Values.Where(item => item is { Stopped: false, Deleting: false }).ToList())
        {
            var spec = random.WithoutItsRun(component.Spec);
            var staying = world.State.Running.Assignments.Of(component.Name)
                .Where(held => held.Instance.Ordinal < spec.Count && held.RunVersion == component.RunVersion && world.State.Nodes.Find(held.Node)!.State == NodeState.Ready)
                .ToList();
            world.PutComponent(spec);
            foreach (var plan in world.Plans())
            {
                Assert.All(plan.Decisions.Where(decision => staying.Exists(held => held.Instance == decision.Instance)), decision => Assert.Equal(DecisionAction.Update, decision.Action));
            }

            Assert.Equal(staying.Select(RunOf), staying.Select(held => RunOf(world.State.Running.Assignments.Find(held.Instance)!)));
            Assert.All(staying, held => Assert.Same(spec, world.State.Running.Assignments.Find(held.Instance)!.Spec));
        }
    });

    [Fact]
    public void Instances_are_spread_over_nodes_and_failure_domains_whenever_that_is_possible() => Prop.ForAll(Gen.Choose(1, 40).ToArbitrary(), Gen.Choose(1, 12).ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), (count, nodes, datacenters) =>
    {
        var world = new PlanWorld();
        for (var i = 0; i < nodes; i++)
        {
            world.AddNode($"n{i}", new NodeCapacity(1_000 + i, 1_000), $"dc{i % datacenters}");
        }

        world.PutComponent(TestSpec.Of("core", count));
        world.Settle();
        var held = world.State.Running.Assignments.All.GroupBy(item => item.Node).Select(group => group.Count()).ToList();
        Assert.Equal(Math.Min(count, nodes), held.Count);
        Assert.InRange(held.Max() - (count < nodes ? 1 : held.Min()), 0, 1);
        var inDatacenters = world.State.Running.Assignments.All.Select(item => world.State.Nodes.Find(item.Node)!.Datacenter).Distinct().Count();
        Assert.Equal(Math.Min(count, Math.Min(nodes, datacenters)), inDatacenters);
    }).Check(Thorough);

    /// <summary>The quick ways of the search against a look at every node.</summary>
    [Fact]
    public void Each_place_is_the_best_that_a_look_at_every_node_finds() => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var world = new PlanWorld();
        for (var i = random.Next(1, 40); i > 0; i--)
        {
            var tags = TagSet.From([new("rack", $"r{random.Next(12)}"), new("disk", random.Next(3) == 0 ? "hdd" : "ssd")]);
            world.AddNode($"n{i:D2}", new NodeCapacity(random.Next(1, 9) * 1_000, 8_000), $"dc{random.Next(3)}", tags: tags, score: random.Next(1, 101));
        }

        world.PutComponent(TestSpec.Of("a", random.Next(10), resources: new Resources(random.Next(400), 0)));
        world.Settle();
        world.PutComponent(TestSpec.Of("b", 1 + random.Next(20), resources: new Resources(random.Next(800), 0)) with
        {
            Spread = random.Next(3) switch { 0 => ["datacenter", "rack"], 1 => ["rack"], _ => [] },
            Constraints = random.Next(2) == 0 ? [new TagConstraint("disk", ["ssd"], Not: false)] : [],
        });
        foreach (var decision in Planner.Plan(world.Input).Decisions)
        {
            Assert.Equal(DumbPlace.Of(world.Input, decision.Instance), decision.Node);
            world.CarryOut(new Plan([decision], [], ByTime: false));
        }

        Assert.DoesNotContain(Planner.Plan(world.Input).Waits, wait => DumbPlace.Of(world.Input, wait.Instance) is not null);
    }).Check(Thorough);

    /// <summary>A home with data is left alone by all but a person; nothing runs twice that must not; what a node has is not exceeded.</summary>
    private static void HoldsWhatItMust(PlanInput before, PlanInput after)
    {
        foreach (var held in before.Running.Assignments.All)
        {
            var now = after.Running.Assignments.Find(held.Instance);
            var isMoved = now is not null && now.Node != held.Node;
            Assert.False(isMoved && held is { Spec.KeepsData: true, HomeMade: true }, $"{held.Instance} left its home");
            Assert.False(isMoved && held.Spec.IsLeased && !before.LeaseHasEnded(held), $"{held.Instance} was given away under its lease");
        }

        foreach (var node in after.State.Nodes.Living)
        {
            var held = after.Running.Assignments.On(node.Id).ToList();
            var grew = held.Sum(item => item.Spec.Resources.CpuMillis) > before.Running.Assignments.On(node.Id).Sum(item => item.Spec.Resources.CpuMillis);
            Assert.True(!grew || held.Sum(item => item.Spec.Resources.CpuMillis) <= after.View.Find(node.Id)!.Capacity.CpuMillis, $"{node.Name} has too much");
            Assert.True(held.SelectMany(item => item.Ports.Values).GroupBy(port => port).All(port => port.Count() == 1), $"{node.Name} gives a port twice");
        }
    }

    private static void NeverMoreThanCount(PlanInput input)
    {
        foreach (var component in input.Running.Components.Values)
        {
            var wanted = input.Running.Assignments.All.Count(held => held.Instance.Component == component.Name && held.Wanted);
            Assert.InRange(wanted, 0, (component is { Deleting: false, Stopped: false } ? component.Spec.Count : 0) + SilentOnes(input, component));
        }
    }

    /// <summary>Those on nodes that cannot be told to stop.</summary>
    private static int SilentOnes(PlanInput input, Component component) =>
        input.Running.Assignments.All.Count(held => held.Instance.Component == component.Name && input.State.Nodes.Find(held.Node)?.State == NodeState.Dead);

    private static void ForAllWorlds(Action<RandomWorld, PlanWorld> check) => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        var random = new RandomWorld(seed);
        check(random, random.World);
    }).Check(Thorough);

    private static string RunOf(Assignment held) => $"{held.Instance} {held.Node} {held.Generation} {held.RunVersion} {held.Wanted} {held.Restart} {string.Join(' ', held.Ports)}";

    private static string Text(Plan plan) => string.Join('\n', plan.Decisions.Select(d => $"{d.Action} {d.Instance} {d.Node} {d.Reason} {string.Join(' ', d.Ports)}").Concat(plan.Waits.Select(w => w.ToString())));
}
