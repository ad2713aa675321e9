using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Tests.Planning;

namespace Pryvd.Tests.Health;

/// <summary>H2, H6, O2: who is called silent, when, and when nobody is.</summary>
public sealed class JudgeTests
{
    private static readonly HealthTiming Timing = HealthTiming.Of(TimeSpan.FromSeconds(5));
    private static readonly NodeId Self = new("id-n0");

    [Fact]
    public void A_silent_node_is_unreachable_and_then_dead_and_says_for_how_long()
    {
        var world = Cluster(3, silent: 1);

        Assert.Empty(At(world, 3.4).Verdicts);
        var first = Assert.Single(At(world, 3.5).Verdicts);
        Assert.Equal((NodeState.Unreachable, "no report for 3.5 s"), (first.To, first.Cause));
        world.SetState("n1", NodeState.Unreachable);
        Assert.Empty(At(world, 4.9).Verdicts);
        Assert.Equal(NodeState.Dead, Assert.Single(At(world, 5).Verdicts).To);
    }

    [Fact]
    public void A_new_leader_calls_nobody_silent_before_it_has_listened_for_the_dead_timeout_itself()
    {
        var world = Cluster(3, silent: 1);
        var view = ClusterView.Begin(world.Now).Observe(Report(Self, 1), world.Now + TimeSpan.FromSeconds(4.8));

        Assert.Empty(Judge.Of(world.State, view, Self, Timing, 0, world.Now + TimeSpan.FromSeconds(4.9)).Verdicts);
        Assert.Equal(2, Judge.Of(world.State, view, Self, Timing, 0, world.Now + TimeSpan.FromSeconds(5)).Verdicts.Count);
    }

    [Fact]
    public void A_leader_that_does_not_hear_its_own_node_calls_nobody_silent()
    {
        var world = Cluster(3, silent: 3);

        var judged = At(world, 20);

        Assert.Empty(judged.Verdicts);
        Assert.Contains("its own node", judged.Paused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 3, 3)]
    [InlineData(5, 4, 0)]
    [InlineData(100, 20, 20)]
    [InlineData(100, 21, 0)]
    public void Silence_of_many_at_once_pauses_all_verdicts_and_says_so(int nodes, int silent, int verdicts)
    {
        var judged = At(Cluster(nodes, silent), 6);

        Assert.Equal(verdicts, judged.Verdicts.Count);
        Assert.Equal(verdicts == 0, judged.Paused?.Contains("fell silent at once", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Those_that_are_dead_already_do_not_count_as_silent_at_once()
    {
        var world = Cluster(8, silent: 6);
        world.SetState("n1", NodeState.Dead);
        world.SetState("n2", NodeState.Dead);
        world.SetState("n3", NodeState.Dead);

        Assert.Equal(3, At(world, 6).Verdicts.Count);
    }

    [Fact]
    public void A_node_that_reports_again_and_has_caught_up_is_ready_even_while_verdicts_pause()
    {
        var world = Cluster(3, silent: 1);
        world.SetState("n1", NodeState.Dead);
        var view = ClusterView.Begin(world.Now).Observe(Report(new NodeId("id-n1"), 90), world.Now);

        Assert.Equal(NodeState.Ready, Assert.Single(Judge.Of(world.State, view, Self, Timing, 100, world.Now).Verdicts).To);
        Assert.Empty(Judge.Of(world.State, view, Self, Timing, 10_000, world.Now).Verdicts);
    }

    [Theory]
    [InlineData(NodeState.Ready, NodeState.Ready)]
    [InlineData(NodeState.Draining, NodeState.Draining)]
    [InlineData(NodeState.Decommissioning, NodeState.Decommissioning)]
    [InlineData(NodeState.Commissioning, NodeState.Ready)]
    public void M6_a_node_that_was_silent_comes_back_as_what_it_was(NodeState before, NodeState after)
    {
        var world = Cluster(3, silent: 1);
        world.SetState("n1", before);
        world.SetState("n1", NodeState.Unreachable);
        world.SetState("n1", NodeState.Dead);
        var view = ClusterView.Begin(world.Now).Observe(Report(new NodeId("id-n1"), 90), world.Now);

        Assert.Equal(after, Assert.Single(Judge.Of(world.State, view, Self, Timing, 100, world.Now).Verdicts).To);
    }

    [Fact]
    public void A_node_in_maintenance_may_be_off()
    {
        var world = Cluster(3, silent: 1);
        world.SetState("n1", NodeState.Maintenance);

        Assert.Empty(At(world, 60).Verdicts);
    }

    [Fact]
    public void A_planned_stop_is_no_death_until_its_grace_has_passed()
    {
        var world = Cluster(3, silent: 1);
        var state = world.State with { Running = world.State.Running with { Graces = world.State.Running.Graces.Add(new NodeId("id-n1"), 60_000) } };
        var stopping = world.View.Observe(Report(new NodeId("id-n1"), 2) with { Sequence = 99, Stopping = true }, world.Now);

        Assert.Empty(Judge.Of(state, Heard(stopping, world.Now + TimeSpan.FromSeconds(63)), Self, Timing, 0, world.Now + TimeSpan.FromSeconds(63)).Verdicts);
        Assert.Single(Judge.Of(state, Heard(stopping, world.Now + TimeSpan.FromSeconds(64)), Self, Timing, 0, world.Now + TimeSpan.FromSeconds(64)).Verdicts);
    }

    private static ClusterView Heard(ClusterView view, TimeSpan now) =>
        new[] { "id-n0", "id-n2" }.Aggregate(view, (seen, node) => seen.Observe(Report(new NodeId(node), 0) with { Sequence = 1_000 }, now));

    /// <summary>n0 leads and is silent only when all are; n1 and on are silent first.</summary>
    private static PlanWorld Cluster(int nodes, int silent)
    {
        var world = new PlanWorld();
        for (var i = 0; i < nodes; i++)
        {
            world.AddNode($"n{i}", new NodeCapacity(1, 1));
        }

        for (var i = 1; i <= silent; i++)
        {
            world.Reporting.Remove($"n{i % nodes}");
        }

        return world;
    }

    private static Judgement At(PlanWorld world, double seconds)
    {
        var now = world.Now + TimeSpan.FromSeconds(seconds);
        var view = world.Reporting.Keys.Aggregate(world.View, (seen, name) => seen.Observe(Report(world.Node(name).Id, 0) with { Sequence = 100 }, now));
        return Judge.Of(world.State, view, Self, Timing, 0, now);
    }

    private static NodeReport Report(NodeId node, long applied) => new() { Node = node, Run = "1", Sequence = 1, Capacity = new NodeCapacity(1, 1), Score = 100, Applied = applied };
}
