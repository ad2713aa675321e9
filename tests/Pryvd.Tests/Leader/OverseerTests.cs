using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Health;
using Pryvd.Leader;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Tests.Planning;

namespace Pryvd.Tests.Leader;

/// <summary>What the leader proposes, and how often it plans, on a cluster of twenty nodes with forty instances (O2, O5).</summary>
public sealed class OverseerTests
{
    private const int Nodes = 20;

    private readonly PlanWorld _world = new();
    private readonly Overseer _overseer = new(new NodeId("id-n00"));
    private readonly List<OverseerEffect.Propose> _proposed = [];
    private TimeSpan _now = TimeSpan.FromSeconds(1);
    private long _applied = 1_000;
    private long _sequence;

    public OverseerTests()
    {
        for (var i = 0; i < Nodes; i++)
        {
            _world.AddNode($"n{i:D2}", new NodeCapacity(8_000, 8_000));
        }

        _world.PutComponent(TestSpec.Of("core", 2 * Nodes, HomePolicy.Wait));
        _world.Settle();
        Step(new OverseerEvent.Led(_world.State, new LogIndex(_applied), Epoch.First));
        ReportAll();
        Live(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Nodes_whose_instances_turn_together_share_a_command_and_the_first_does_not_wait()
    {
        foreach (var node in _world.State.Nodes.Living)
        {
            Report(node, "unhealthy");
        }

        var first = Assert.Single(_proposed);
        Assert.Single(first.Command.RecordStatuses.Nodes);
        Step(new OverseerEvent.Answered(first.Proposal, ProposalFate.Applied, new LogIndex(++_applied), ""));

        var second = _proposed[^1];
        Assert.Equal(2, _proposed.Count);
        Assert.Equal(Nodes - 1, second.Command.RecordStatuses.Nodes.Count);
        Assert.Equal(2 * (Nodes - 1), second.Command.RecordStatuses.Nodes.Sum(node => node.Statuses.Count));
    }

    [Fact]
    public void What_a_node_says_last_is_what_is_told_and_one_that_has_nothing_new_is_left_out()
    {
        var nodes = _world.State.Nodes.Living.ToList();
        Report(nodes[0], "unhealthy");
        Report(nodes[1], "unhealthy");
        Report(nodes[2], "unhealthy");
        Report(nodes[1], "crash_loop");
        Report(nodes[2], "healthy");
        Step(new OverseerEvent.Answered(_proposed.Single().Proposal, ProposalFate.NotTaken, LogIndex.Zero, ""));

        var told = Assert.Single(_proposed[^1].Command.RecordStatuses.Nodes);
        Assert.Equal(nodes[1].Id.Value, told.NodeId);
        Assert.All(told.Statuses, status => Assert.Equal("crash_loop", status.State));
    }

    [Fact]
    public void A_leader_with_nothing_to_do_plans_no_more_however_much_is_reported()
    {
        Assert.Empty(_proposed);
        var plans = _overseer.Plans;
        Assert.InRange(plans, 1, 3);
        for (var i = 0; i < 50; i++)
        {
            var held = _world.State.Running.Assignments.All.ElementAt(i % Nodes);
            _world.SetStatus(held.Instance, i % 2 == 0 ? InstanceState.Unhealthy : InstanceState.Healthy, $"turn {i}");
            ReportAll(score: 1 + i);
            Step(new OverseerEvent.Changed(_world.State, new LogIndex(++_applied)));
            Step(new OverseerEvent.Tick());
        }

        Assert.Equal(plans, _overseer.Plans);
        Assert.Empty(_proposed);
    }

    [Fact]
    public void A_node_that_dies_and_a_component_that_waits_are_planned_for()
    {
        var plans = _overseer.Plans;
        _world.PutComponent(TestSpec.Of("huge", 1, resources: new Resources(9_000, 0)));
        Step(new OverseerEvent.Changed(_world.State, new LogIndex(++_applied)));
        Step(new OverseerEvent.Tick());
        Assert.Equal(plans + 1, _overseer.Plans);

        // It waits for room: what nodes say is looked at again, though not at each report.
        Live(TimeSpan.FromSeconds(10));
        Assert.InRange(_overseer.Plans, plans + 4, plans + 8);
    }

    [Fact]
    public void A_plan_of_more_than_one_command_goes_out_at_once_and_the_next_waits_for_all_of_it()
    {
        _world.PutComponent(TestSpec.Of("many", 1_000));
        _world.PutComponent(TestSpec.Of("more", 500));
        Step(new OverseerEvent.Changed(_world.State, new LogIndex(++_applied)));
        Step(new OverseerEvent.Tick());
        Assert.Equal([1_000, 500], _proposed.Select(item => item.Command.Decide.Decisions.Count));

        var plans = _overseer.Plans;
        Step(new OverseerEvent.Answered(_proposed[1].Proposal, ProposalFate.Applied, new LogIndex(_applied), ""));
        Step(new OverseerEvent.Tick());
        Assert.Equal(plans, _overseer.Plans);
        Step(new OverseerEvent.Answered(_proposed[0].Proposal, ProposalFate.NotTaken, LogIndex.Zero, ""));
        Step(new OverseerEvent.Tick());
        Assert.Equal(plans + 1, _overseer.Plans);
    }

    private void Live(TimeSpan time)
    {
        for (var until = _now + time; _now < until;)
        {
            _now += TimeSpan.FromMilliseconds(100);
            if (_now.Milliseconds == 0)
            {
                ReportAll();
            }

            Step(new OverseerEvent.Tick());
        }
    }

    private void ReportAll(int score = 100)
    {
        foreach (var node in _world.State.Nodes.Living)
        {
            Report(node, null, score);
        }
    }

    /// <param name="state">Of all its instances; null for what is recorded.</param>
    private void Report(Node node, string? state, int score = 100)
    {
        var report = new AgentReport
        {
            NodeId = node.Id.Value,
            RunId = "1",
            Sequence = ++_sequence,
            Capacity = new Capacity { CpuMillis = 8_000, MemoryMb = 8_000 },
            Score = score,
            Applied = _applied,
        };
        report.Statuses.Add(_world.State.Running.Assignments.On(node.Id).Where(_ => state is not null).Select(held => new StatusRecord
        {
            Component = held.Instance.Component, Ordinal = held.Instance.Ordinal, Generation = held.Generation, SpecVersion = held.RunVersion, State = state,
        }));
        Step(new OverseerEvent.Reported(_sequence, report));
    }

    private void Step(OverseerEvent happened) => _proposed.AddRange(_overseer.Step(happened, _now).OfType<OverseerEffect.Propose>());
}
