using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Health;
using Pryvd.Leader;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Tests.Planning;

namespace Pryvd.Tests.Leader;

/// <summary>H4, invariants 7 and 9: which reports a leader answers, when, and with which leases.</summary>
public sealed class OverseerLeaseTests
{
    private static readonly InstanceId Core0 = new("core", 0);

    private readonly PlanWorld _world = new();
    private readonly Overseer _overseer = new(new NodeId("id-n0"));
    private readonly List<OverseerEffect> _effects = [];
    private readonly Assignment _held;
    private TimeSpan _now = TimeSpan.FromSeconds(1);
    private long _applied = 1_000;
    private long _sequence;

    public OverseerLeaseTests()
    {
        for (var i = 0; i < 3; i++)
        {
            _world.AddNode($"n{i}", new NodeCapacity(8_000, 8_000));
        }

        _world.PutComponent(TestSpec.Of("core", 1));
        _world.Settle();
        _held = _world.State.Running.Assignments.Find(Core0)!;
        Step(new OverseerEvent.Led(_world.State, new LogIndex(_applied), Epoch.First));
    }

    [Fact]
    public void A_lease_is_granted_when_a_round_that_began_after_the_report_says_that_the_node_leads()
    {
        Report(claim: _held.Generation);
        Report(claim: _held.Generation);

        var first = Assert.Single(_effects.OfType<OverseerEffect.Confirm>());
        Assert.Empty(Replies);
        Confirm(first, leads: true);
        Assert.Equal(1, Assert.Single(Replies).Ticket);
        var lease = Assert.Single(Replies[0].Message.Leases);
        Assert.Equal((_held.Generation, 4_000), (lease.Generation, lease.TtlMs));

        // The report that came meanwhile waits for a round of its own.
        var second = _effects.OfType<OverseerEffect.Confirm>().Last();
        Assert.NotEqual(first.Round, second.Round);
        Confirm(first, leads: true);
        Assert.Single(Replies);
        Confirm(second, leads: true);
        Assert.Equal(2, Replies.Count);
    }

    [Fact]
    public void A_leader_that_no_quorum_confirms_grants_nothing()
    {
        Report(claim: _held.Generation);
        Confirm(_effects.OfType<OverseerEffect.Confirm>().Single(), leads: false);

        Assert.Empty(Replies);
        Assert.Equal(1, Assert.Single(_effects.OfType<OverseerEffect.Refuse>()).Ticket);
    }

    [Fact]
    public void An_older_generation_or_another_nodes_instance_gets_no_lease()
    {
        Report(claim: _held.Generation - 1);
        Confirm(_effects.OfType<OverseerEffect.Confirm>().Last(), leads: true);
        Report(claim: _held.Generation, node: _world.State.Nodes.Living.First(node => node.Id != _held.Node).Id);
        Confirm(_effects.OfType<OverseerEffect.Confirm>().Last(), leads: true);

        Assert.Equal(2, Replies.Count);
        Assert.All(Replies, reply => Assert.Empty(reply.Message.Leases));
    }

    [Fact]
    public void A_planned_stop_is_answered_once_its_grace_is_in_the_state_and_with_leases_that_are_so_much_longer()
    {
        Report(claim: _held.Generation, stopping: true);
        Assert.Equal(60_000, Assert.Single(Graces).GraceMs);
        Confirm(_effects.OfType<OverseerEffect.Confirm>().First(), leads: true);
        Assert.Empty(Replies);

        SetGrace(60_000);
        ConfirmAll();
        Assert.Equal(64_000, Assert.Single(Assert.Single(Replies).Message.Leases).TtlMs);
    }

    [Fact]
    public void The_grace_ends_with_the_next_run_that_has_read_of_it_and_holds_no_more_than_a_usual_lease()
    {
        Report(claim: _held.Generation, stopping: true);
        SetGrace(60_000);
        ConfirmAll();
        var asked = Graces.Count();

        Report(claim: _held.Generation, run: "2", heldMs: 61_000);
        Tick();
        Report(claim: _held.Generation, run: "2", heldMs: 3_000, applied: 900);
        Tick();
        Report(claim: _held.Generation, run: "2");
        Tick();
        Assert.Equal(asked, Graces.Count());

        Report(claim: _held.Generation, run: "2", heldMs: 3_000);
        Tick();
        Assert.Equal(0, Graces.Last().GraceMs);
        Assert.Equal(asked + 1, Graces.Count());
    }

    /// <summary>Whatever happens in whatever order: each report is answered at most once, only by a confirmed leader, and with no lease that was not claimed.</summary>
    [Fact]
    public void No_order_of_events_answers_a_report_twice_or_grants_what_was_not_asked() => Prop.ForAll(
        Gen.Choose(0, 6).ListOf().ToArbitrary(),
        turns =>
        {
            var run = new OverseerLeaseTests();
            foreach (var turn in turns)
            {
                run.Turn(turn);
            }

            run.Step(new OverseerEvent.Lost());
            var tickets = run._effects.Select(effect => effect switch
            {
                OverseerEffect.Reply reply => reply.Ticket,
                OverseerEffect.Refuse refuse => refuse.Ticket,
                _ => 0,
            }).Where(ticket => ticket > 0).ToList();
            Assert.Equal(tickets.Count, tickets.Distinct().Count());
            Assert.Equal(Enumerable.Range(1, (int)run._sequence).Select(i => (long)i), tickets.Order());
            Assert.All(run.Replies.SelectMany(reply => reply.Message.Leases), lease => Assert.Equal(run._held.Generation, lease.Generation));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private List<OverseerEffect.Reply> Replies => [.. _effects.OfType<OverseerEffect.Reply>()];

    private IEnumerable<SetGrace> Graces => _effects.OfType<OverseerEffect.Propose>().Select(propose => propose.Command.SetGrace).OfType<SetGrace>();

    private void Turn(int turn)
    {
        _now += TimeSpan.FromMilliseconds(100);
        switch (turn)
        {
            case 0: Report(claim: _held.Generation); break;
            case 1: Report(claim: _held.Generation - 1, stopping: true); break;
            case 2: Report(claim: null, node: new NodeId("id-n0")); break;
            case 3: ConfirmAll(); break;
            case 4: Step(new OverseerEvent.Confirmed(_effects.OfType<OverseerEffect.Confirm>().Select(c => c.Round).DefaultIfEmpty().Max(), false, _world.State, new LogIndex(_applied))); break;
            case 5: Step(new OverseerEvent.Lost()); break;
            default: Step(new OverseerEvent.Led(_world.State, new LogIndex(_applied), Epoch.First)); break;
        }
    }

    private void Report(long? claim, bool stopping = false, string run = "1", long? heldMs = null, long? applied = null, NodeId? node = null)
    {
        var report = new AgentReport
        {
            NodeId = (node ?? _held.Node).Value,
            RunId = run,
            Sequence = ++_sequence,
            Capacity = new Capacity { CpuMillis = 8_000, MemoryMb = 8_000 },
            Score = 100,
            Applied = applied ?? _applied,
            Stopping = stopping,
        };
        if (claim is { } generation)
        {
            report.Claims.Add(new LeaseClaim { Component = "core", Ordinal = 0, Generation = generation });
            if (heldMs is { } held)
            {
                report.Claims[0].HeldMs = held;
            }
        }

        Step(new OverseerEvent.Reported(_sequence, report));
    }

    private void Confirm(OverseerEffect.Confirm round, bool leads) => Step(new OverseerEvent.Confirmed(round.Round, leads, _world.State, new LogIndex(_applied)));

    /// <summary>Rounds follow one another while something waits for one.</summary>
    private void ConfirmAll()
    {
        for (var i = 0; i < 5; i++)
        {
            _effects.OfType<OverseerEffect.Confirm>().ToList().ForEach(round => Confirm(round, leads: true));
        }
    }

    /// <summary>The grace was committed.</summary>
    private void SetGrace(long graceMs)
    {
        _world.SetGrace(_held.Node, graceMs);
        Step(new OverseerEvent.Changed(_world.State, new LogIndex(++_applied)));
        foreach (var propose in _effects.OfType<OverseerEffect.Propose>().Where(propose => propose.Command.SetGrace is not null).ToList())
        {
            Step(new OverseerEvent.Answered(propose.Proposal, ProposalFate.Applied, new LogIndex(_applied), ""));
        }

        Tick();
    }

    private void Tick()
    {
        _now += TimeSpan.FromMilliseconds(100);
        Step(new OverseerEvent.Tick());
    }

    private void Step(OverseerEvent happened) => _effects.AddRange(_overseer.Step(happened, _now));
}
