using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>O2, O4, O5, R5: what becomes of components, decisions and statuses, and what is refused.</summary>
public sealed class ComponentCommandTests
{
    private readonly MemoryRecords _records = MakeRunning.Cluster();

    [Fact]
    public void A_component_counts_its_specs_and_an_equal_one_changes_nothing()
    {
        Assert.Equal(1, Ok(MakeRunning.Put(MakeRunning.Spec("core"))).Versions.Single());
        var events = _records.EventCount;
        Assert.Equal(1, Ok(MakeRunning.Put(MakeRunning.Spec("core"))).Versions.Single());
        Assert.Equal(events, _records.EventCount);
        Assert.Equal(2, Ok(MakeRunning.Put(MakeRunning.Spec("core", 2))).Versions.Single());
        Assert.Equal("component.put", _records.LastEvent.Kind);
        Assert.Contains("\"count\":1", _records.LastEvent.Old, StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_that_was_deleted_goes_on_counting_when_it_is_made_again()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core")));
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 2)));
        Ok(MakeRunning.Delete("core"));
        Assert.Empty(_records.State.Running.Components);
        Assert.Equal(3, Ok(MakeRunning.Put(MakeRunning.Spec("core", 2), ifVersion: 0)).Versions.Single());
        Assert.Empty(_records.State.Running.Deleted);
    }

    [Theory]
    [InlineData("conflict", 0L)]
    [InlineData("conflict", 2L)]
    [InlineData("ok", 1L)]
    public void A_condition_on_the_version_is_kept(string code, long ifVersion)
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core")));
        Assert.Equal(code, _records.Apply(MakeRunning.Put(MakeRunning.Spec("core", 2), ifVersion)).Code);
    }

    [Theory]
    [InlineData("core", "{}")]
    [InlineData("core", "no json")]
    [InlineData("core", "[]")]
    public void What_is_no_spec_is_refused(string name, string json) => Assert.Equal("invalid", _records.Apply(MakeRunning.Put(name, json)).Code);

    [Fact]
    public void A_spec_of_another_name_out_of_form_or_out_of_bounds_is_refused()
    {
        var good = SpecJson.Write(MakeRunning.Spec("core"));
        Assert.Equal("invalid", _records.Apply(MakeRunning.Put("other", good)).Code);
        Assert.Equal("invalid", _records.Apply(MakeRunning.Put("core", good.Replace("\"count\":1", "\"count\": 1", StringComparison.Ordinal))).Code);
        Assert.Equal("invalid", _records.Apply(MakeRunning.Put(MakeRunning.Spec("core", 1_001))).Code);
        Assert.Equal("invalid", _records.Apply(MakeRunning.Put(MakeRunning.Spec("core") with { User = new string('x', 200) })).Code);
        var large = Enumerable.Range(0, 250).Select(_ => new string('x', 4_000)).ToList();
        Assert.Equal("invalid", _records.Apply(MakeRunning.Put(MakeRunning.Spec("core") with { Command = large })).Code);
    }

    [Fact]
    public void There_is_a_most_of_instances()
    {
        for (var i = 0; i < 20; i++)
        {
            Ok(MakeRunning.Put(MakeRunning.Spec("c" + i, 1_000)));
        }

        Assert.Equal("invalid", _records.Apply(MakeRunning.Put(MakeRunning.Spec("more"))).Code);
    }

    [Fact]
    public void A_placement_is_an_assignment_whose_generation_is_the_index_and_an_event_with_the_reason()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 1, new PortSpec("http", null), new PortSpec("admin", 9_000))));
        var reply = Decide("place", "core", 0, "n2");

        Assert.Empty(reply.Refused);
        var item = _records.Assigned("core", 0);
        Assert.Equal((new NodeId("id2"), reply.Index, 1L, true, 9_000), (item.Node, item.Generation, item.SpecVersion, item.Wanted, item.Ports["admin"]));
        Assert.Equal(("instance.placed", "instance/core/0"), (_records.LastEvent.Kind, _records.LastEvent.Subject));
        Assert.Contains("place for the test", _records.LastEvent.New, StringComparison.Ordinal);
        Assert.Contains("\"node_name\":\"n2\"", _records.LastEvent.New, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_from_records_that_have_changed_is_refused_and_the_others_hold()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 3)));
        var fromOldNode = MakeRunning.Decision(_records, "place", "core", 0, "n2");
        Ok(Make.State("n2", "ready", "draining"));
        Ok(Make.State("n2", "draining", "ready"));
        var good = MakeRunning.Decision(_records, "place", "core", 1, "n3");
        var fromOldComponent = MakeRunning.Decision(_records, "place", "core", 2, "n3");
        fromOldComponent.ComponentVersion = 7;
        var second = good.Clone();

        var reply = Ok(MakeRunning.Decide(fromOldNode, good, fromOldComponent, second));
        Assert.Equal([0, 2, 3], reply.Refused.Keys.Order());
        Assert.Equal(1, _records.State.Running.Assignments.Count);
    }

    [Fact]
    public void Nodes_that_take_nothing_ordinals_past_the_count_and_taken_ports_are_refused()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("web", 3, new PortSpec("http", 8_080))));
        Assert.Empty(Decide("place", "web", 0, "n1").Refused);
        Assert.Single(Decide("place", "web", 1, "n1").Refused);
        Assert.Single(Decide("place", "web", 3, "n2").Refused);
        Ok(Make.State("n2", "ready", "maintenance"));
        Assert.Single(Decide("place", "web", 1, "n2").Refused);
        Ok(MakeRunning.Change("web", stopped: true));
        Assert.Single(Decide("place", "web", 1, "n3").Refused);
        Assert.Single(Ok(MakeRunning.Decide(new Decision { Component = "web", Ordinal = -1, Action = "jump", ComponentVersion = 1 })).Refused);
    }

    [Fact]
    public void An_update_keeps_the_generation_and_the_old_spec_is_kept_until_the_last_has_left_it()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 2)));
        Decide("place", "core", 0, "n1");
        Decide("place", "core", 1, "n2");
        var generation = _records.Assigned("core", 0).Generation;
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 2) with { Priority = 60 }));
        Assert.Single(_records.Rows[Table.Specs]);
        Assert.Equal(50, _records.Assigned("core", 0).Spec.Priority);

        Assert.Empty(Decide("update", "core", 0).Refused);
        var item = _records.Assigned("core", 0);
        Assert.Equal((generation, 2L, 60), (item.Generation, item.SpecVersion, item.Spec.Priority));
        Assert.Single(_records.Rows[Table.Specs]);
        Decide("update", "core", 1);
        Assert.Empty(_records.Rows[Table.Specs]);
        Assert.Single(Decide("update", "core", 1).Refused);
    }

    [Fact]
    public void A_spec_that_runs_the_same_as_one_that_is_still_held_has_its_run_version()
    {
        var first = MakeRunning.Spec("core", 2);
        Ok(MakeRunning.Put(first));
        Decide("place", "core", 0, "n1");
        Decide("place", "core", 1, "n2");
        Ok(MakeRunning.Put(first with { Count = 5, Priority = 60, Constraints = [new TagConstraint("disk", ["ssd"], Not: false)] }));
        Assert.Equal((2, 1), Versions());
        Ok(MakeRunning.Put(first with { Command = ["/bin/other"] }));
        Assert.Equal((3, 3), Versions());
        Assert.Empty(Decide("update", "core", 1).Refused);

        // Back to what core/0 still runs; then to what nobody runs any more.
        Ok(MakeRunning.Put(first));
        Assert.Equal((4, 1), Versions());
        Assert.Equal((1, 3), (_records.Assigned("core", 0).RunVersion, _records.Assigned("core", 1).RunVersion));
        Assert.Empty(Decide("update", "core", 1).Refused);
        Ok(MakeRunning.Put(first with { Command = ["/bin/other"] }));
        Assert.Equal((5, 5), Versions());

        (long, long) Versions() => (_records.State.Running.Components["core"].Version, _records.State.Running.Components["core"].RunVersion);
    }

    [Fact]
    public void A_deleted_component_goes_with_its_last_assignment()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 2)));
        Decide("place", "core", 0, "n1");
        Decide("place", "core", 1, "n2");
        Ok(MakeRunning.Delete("core", ifVersion: 1));
        Assert.True(_records.State.Running.Components["core"].Deleting);
        Assert.Equal("conflict", _records.Apply(MakeRunning.Put(MakeRunning.Spec("core", 5))).Code);
        Decide("stop", "core", 0);
        Decide("remove", "core", 0);
        Assert.Single(_records.State.Running.Components);
        Decide("remove", "core", 1);
        Assert.Empty(_records.State.Running.Components);
        Assert.Equal(0, _records.State.Running.Assignments.Count);
        Assert.Equal("component.removed", _records.LastEvent.Kind);
    }

    [Fact]
    public void Stop_and_start_change_what_is_wanted_and_nothing_else()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core")));
        Decide("place", "core", 0, "n1");
        var before = _records.Assigned("core", 0);
        Ok(MakeRunning.Change("core", stopped: true));
        Assert.Single(Decide("start", "core", 0).Refused);
        Assert.Empty(Decide("stop", "core", 0).Refused);
        Assert.False(_records.Assigned("core", 0).Wanted);
        Ok(MakeRunning.Change("core", stopped: false));
        Assert.Empty(Decide("start", "core", 0).Refused);
        var after = _records.Assigned("core", 0);
        Assert.Equal((before.Generation, before.Node, true), (after.Generation, after.Node, after.Wanted));
    }

    [Fact]
    public void A_restart_raises_the_number_of_those_asked_for()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 2)));
        Decide("place", "core", 0, "n1");
        Decide("place", "core", 1, "n2");
        var index = Ok(MakeRunning.Change("core", restart: [1])).Index;
        Assert.Equal((0L, index), (_records.Assigned("core", 0).Restart, _records.Assigned("core", 1).Restart));
        index = Ok(MakeRunning.Change("core", restartAll: true)).Index;
        Assert.All(_records.State.Running.Assignments.All, item => Assert.Equal(index, item.Restart));
        Assert.Equal("conflict", _records.Apply(MakeRunning.Change("core", restart: [2])).Code);
        Assert.Equal("not_found", _records.Apply(MakeRunning.Change("nothing", restartAll: true)).Code);
    }

    [Fact]
    public void A_status_counts_for_the_present_generation_and_node_only_and_is_told_once()
    {
        Ok(MakeRunning.Put(MakeRunning.Spec("core")));
        Decide("place", "core", 0, "n1");
        var old = _records.Assigned("core", 0);
        Assert.Empty(Ok(MakeRunning.Status("id1", old, "starting", homeMade: true)).Refused);
        Assert.True(_records.Assigned("core", 0).HomeMade);
        Assert.Empty(Ok(MakeRunning.Status("id1", old, "crash_loop", "exit code 1")).Refused);
        Assert.Equal("instance.status", _records.LastEvent.Kind);
        var events = _records.EventCount;
        Assert.Empty(Ok(MakeRunning.Status("id1", old, "crash_loop", "exit code 1")).Refused);
        Assert.Equal(events, _records.EventCount);

        Assert.Single(Ok(MakeRunning.Status("id2", old, "healthy")).Refused);
        Assert.Single(Ok(MakeRunning.Status("id1", old, "splendid")).Refused);
        Decide("place", "core", 0, "n2");
        Assert.Single(Ok(MakeRunning.Status("id1", old, "healthy")).Refused);
        Assert.Null(_records.State.Running.StatusOf(_records.Assigned("core", 0)));
        Assert.False(_records.Assigned("core", 0).HomeMade);
    }

    [Fact]
    public void A_grace_is_kept_until_it_is_ended_and_goes_with_its_node()
    {
        Ok(MakeRunning.Grace("id2", 60_000));
        Assert.Equal(60_000, _records.State.Running.Graces[new NodeId("id2")]);
        Ok(MakeRunning.Grace("id2", 0));
        Assert.Empty(_records.State.Running.Graces);
        Assert.Equal("invalid", _records.Apply(MakeRunning.Grace("id2", -1)).Code);
        Assert.Equal("invalid", _records.Apply(MakeRunning.Grace("id2", 3_600_001)).Code);
        Assert.Equal("not_found", _records.Apply(MakeRunning.Grace("id9", 1)).Code);
    }

    [Fact]
    public void Many_decisions_do_not_outgrow_the_bound_of_events()
    {
        Ok(Make.Set("cluster", "pryvd.events.max_count", "100"));
        Ok(MakeRunning.Put(MakeRunning.Spec("core", 500)));
        for (var round = 0; round < 5; round++)
        {
            var decisions = Enumerable.Range(0, 500).Select(ordinal => MakeRunning.Decision(_records, "place", "core", ordinal, "n1")).ToArray();
            Assert.Empty(Ok(MakeRunning.Decide(decisions)).Refused);
        }

        Ok(MakeRunning.Put(MakeRunning.Spec("other")));
        Assert.InRange(_records.EventCount, 100, 600);
    }

    private CommandReply Decide(string action, string component, int ordinal, string node = "") =>
        Ok(MakeRunning.Decide(MakeRunning.Decision(_records, action, component, ordinal, node)));

    private CommandReply Ok(CommandEnvelope command)
    {
        var reply = _records.Apply(command);
        Assert.True(reply.Code == "ok", reply.Message);
        return reply;
    }
}
