using Pryv.Consensus;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Core;

/// <summary>One node's agent, without a machine (R1, R8, H5, invariants 7, 9 and 11).</summary>
public sealed class AgentCoreTests
{
    private static readonly InstanceId Core0 = Make.Core0;

    [Fact]
    public void An_order_is_fetched_prepared_started_and_reported_once_healthy()
    {
        var world = Make.Running();

        Assert.Single(world.Starts);
        Assert.Contains(world.Reports, r => r.Statuses.Any(s => s is { State: "healthy", HomeMade: true }));
        Assert.Empty(world.Reports[^1].Statuses);
    }

    [Fact]
    public void A_daemon_that_restarts_finds_its_runs_and_starts_nothing()
    {
        var world = Make.Running();
        var run = world.Run(Core0);

        world.RestartDaemon();
        world.Live(5_000);

        Assert.Equal(run, world.Run(Core0));
        Assert.Single(world.Starts);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);
    }

    [Fact]
    public void Without_a_leader_all_goes_on_but_what_is_held_on_a_lease()
    {
        var plain = Make.Running();
        var leased = Make.Running(Make.Spec("core", leased: true));
        plain.LeaderIsThere = leased.LeaderIsThere = false;

        plain.Live(600_000);
        leased.Live(600_000);

        Assert.Single(plain.Starts);
        Assert.NotNull(plain.Run(Core0));
        Assert.Null(leased.Run(Core0));
        Assert.Single(leased.Starts);
        Assert.Equal(InstanceState.Fenced, leased.Status(Core0)!.State);

        leased.LeaderIsThere = true;
        leased.Live(5_000);
        Assert.NotNull(leased.Run(Core0));
    }

    [Fact]
    public void A_leased_instance_is_not_started_on_the_word_of_the_local_state()
    {
        var world = new World { LeaderIsThere = false };

        world.Order(Core0, (_, index) => Make.Assignment(Core0, index, Make.Spec("core", leased: true)));
        world.Live(60_000);

        Assert.Empty(world.Starts);
        Assert.Equal(InstanceState.Pending, world.Status(Core0)!.State);
        Assert.Contains("lease", world.Status(Core0)!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_is_answered_after_a_pause_that_grows_and_a_loop_is_said_calmly()
    {
        var world = Make.Running();
        var before = world.Reports.Count;
        for (var until = world.Now + 600_000; world.Now < until;)
        {
            if (world.Run(Core0) is { } run)
            {
                world.Crash(run, 3);
            }

            world.Live(100);
        }

        Assert.Equal(InstanceState.CrashLoop, world.Status(Core0)!.State);
        Assert.Contains("exit code 3", world.Status(Core0)!.Detail, StringComparison.Ordinal);
        Assert.InRange(world.Starts.Count, 15, 30);

        // The first crashes are said one by one, the loop once.
        Assert.InRange(world.Reports.Skip(before).Sum(r => r.Statuses.Count), 2, 15);
    }

    [Fact]
    public void A_crash_loop_is_remembered_over_a_restart_of_the_daemon_and_ends_when_a_run_lasts()
    {
        var world = Make.Running();
        for (var i = 0; i < 5; i++)
        {
            world.Crash(world.Run(Core0)!, 1);
            world.Live(9_000);
        }

        Assert.Equal(InstanceState.CrashLoop, world.Status(Core0)!.State);
        world.RestartDaemon();
        world.Live(1_000);
        Assert.Equal(InstanceState.CrashLoop, world.Status(Core0)!.State);

        world.Live(70_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);
    }

    [Fact]
    public void What_is_given_to_another_node_is_stopped_and_cleaned_up()
    {
        var world = Make.Running();

        world.Order(Core0, (_, _) => null);
        world.Live(1_000);

        Assert.Null(world.Run(Core0));
        Assert.Equal([Core0], world.CleanedUp);
        Assert.Empty(world.Core.Instances);
    }

    [Fact]
    public void What_was_taken_away_while_the_daemon_was_down_is_stopped_by_the_policy_that_was_obeyed()
    {
        var world = Make.Running(Make.Spec("core") with { Stop = new StopPolicy("SIGINT", 77) });
        world.Order(Core0, (_, _) => null);
        world.RestartDaemon();
        Assert.NotNull(world.Run(Core0));

        world.Live(1_000);

        Assert.Null(world.Run(Core0));
    }

    [Fact]
    public void An_update_makes_the_new_version_ready_before_the_old_one_ends()
    {
        var world = Make.Running();
        world.VersionFault = "the checksum is wrong";
        world.Order(Core0, (old, _) => old! with { SpecVersion = 2, RunVersion = 2 });
        world.Live(30_000);

        Assert.Equal(1, world.Run(Core0)!.SpecVersion);
        Assert.Equal((InstanceState.Healthy, 1), (world.Status(Core0)!.State, world.Status(Core0)!.SpecVersion));
        Assert.Contains("the checksum is wrong", world.Status(Core0)!.Detail, StringComparison.Ordinal);

        world.VersionFault = null;
        world.Live(70_000);
        Assert.Equal(2, world.Run(Core0)!.SpecVersion);
        Assert.Equal((InstanceState.Healthy, 2), (world.Status(Core0)!.State, world.Status(Core0)!.SpecVersion));
    }

    [Fact]
    public void A_newer_spec_that_runs_the_same_leaves_the_run_alone_and_takes_its_checks()
    {
        var world = Make.Running();
        var run = world.Run(Core0)!.Run;
        var probe = new CheckSpec("alive", CheckKind.Command, "", "", ["true"], 1_000, 500, 3, 1, 0);

        world.Order(Core0, (old, _) => old! with { SpecVersion = 2, Spec = old.Spec with { Count = 7, Checks = [probe] } });
        world.Live(1_000);
        Assert.Equal((run, InstanceState.Healthy), (world.Run(Core0)!.Run, world.Status(Core0)!.State));
        Assert.Equal([probe], world.Watched[(Core0, run)]);

        world.Hear(new AgentEvent.CheckTurned(Core0, run, Healthy: false, "check alive: no"));
        Assert.Equal(InstanceState.Unhealthy, world.Status(Core0)!.State);

        // Without checks it is well as long as it lives, also after a restart of the daemon.
        world.Order(Core0, (old, _) => old! with { SpecVersion = 3, Spec = old.Spec with { Checks = [] } });
        world.RestartDaemon();
        world.Live(5_000);
        Assert.Equal((run, InstanceState.Healthy), (world.Run(Core0)!.Run, world.Status(Core0)!.State));
    }

    [Fact]
    public void A_restart_is_done_once_and_is_not_forgotten_over_a_restart_of_the_daemon()
    {
        var world = Make.Running();

        world.Order(Core0, (old, index) => old! with { Restart = index });
        world.RestartDaemon();
        world.Live(5_000);
        world.RestartDaemon();
        world.Live(5_000);

        Assert.Equal(2, world.Starts.Count);
        Assert.Equal(world.Orders[Core0].Restart, world.Run(Core0)!.Restart);
    }

    [Fact]
    public void A_home_whose_marker_is_missing_is_said_to_be_lost_and_nothing_is_started()
    {
        var world = new World { DataLost = true };

        world.Order(Core0, (_, index) => Make.Assignment(Core0, index) with { HomeMade = true });
        world.Live(600_000);

        Assert.Empty(world.Starts);
        Assert.Equal(InstanceState.DataLost, world.Status(Core0)!.State);
    }

    [Fact]
    public void H5_what_its_checks_call_unhealthy_is_started_again_with_growing_pauses_until_it_is_a_crash_loop()
    {
        var world = Make.Running();

        for (var starts = 1; starts <= RestartPolicy.Default.LoopCrashes; starts++)
        {
            Assert.Equal(starts, world.Starts.Count);
            world.Hear(new AgentEvent.CheckTurned(Core0, world.Run(Core0)!.Run, false, "connection refused"));
            Assert.Equal((InstanceState.Unhealthy, "connection refused"), (world.Status(Core0)!.State, world.Status(Core0)!.Detail));
            world.DoAll();
            Assert.Null(world.Run(Core0));
            Assert.Contains("its checks failed, so it was stopped: connection refused", world.Status(Core0)!.Detail, StringComparison.Ordinal);
            Assert.Equal(starts == RestartPolicy.Default.LoopCrashes ? InstanceState.CrashLoop : InstanceState.Backoff, world.Status(Core0)!.State);
            world.Live(Backoff.Delay(starts, RestartPolicy.Default.FirstDelayMs, RestartPolicy.Default.LastDelayMs) + 100);
        }
    }

    [Fact]
    public void What_is_to_be_left_alone_when_it_is_unhealthy_is_said_and_goes_on()
    {
        var world = Make.Running(Make.Spec("core") with { Restart = RestartPolicy.Default with { Unhealthy = false } });
        var run = world.Run(Core0);

        world.Hear(new AgentEvent.CheckTurned(Core0, run!.Run, false, "connection refused"));
        world.Live(60_000);

        Assert.Equal(run, world.Run(Core0));
        Assert.Equal(InstanceState.Unhealthy, world.Status(Core0)!.State);
    }

    [Fact]
    public void Invariant_9_what_a_planned_stop_was_given_is_shortened_by_the_daemon_that_comes_back_and_told_to_the_leader()
    {
        var world = Make.Running(Make.Spec("core", leased: true));
        world.Lengthen(Core0, 64_000);
        world.RestartDaemon();
        world.Live(100);
        Assert.True(world.Reports[^1].Claims.Single().HeldMs > 60_000);

        world.Live(5_000);
        Assert.InRange(world.Reports[^1].Claims.Single().HeldMs, 1, 3_000);
        Assert.Single(world.Starts);
    }

    [Fact]
    public void A_folder_or_a_start_that_fails_is_tried_again_within_bounds_and_says_why()
    {
        var world = new World { FolderFault = "the disk is full" };
        world.Order(Core0, (_, index) => Make.Assignment(Core0, index));
        world.Live(10_000);
        Assert.Equal((InstanceState.Failed, "the disk is full"), (world.Status(Core0)!.State, world.Status(Core0)!.Detail));

        (world.FolderFault, world.CanStart) = (null, false);
        world.Live(120_000);
        Assert.Equal((InstanceState.Failed, "no such program"), (world.Status(Core0)!.State, world.Status(Core0)!.Detail));

        world.CanStart = true;
        world.Live(60_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);
    }

    [Fact]
    public void A_state_older_than_what_was_obeyed_gives_no_orders()
    {
        var world = Make.Running();
        var run = world.Run(Core0);
        var order = world.Orders[Core0];

        // The node lost its state and catches up from the beginning.
        world.Order(Core0, (_, _) => null);
        world.Applied = order.Generation - 1;
        world.RestartDaemon();
        world.Live(10_000);
        Assert.Equal(run, world.Run(Core0));

        world.Applied = order.Generation + 10;
        world.Order(Core0, (_, _) => order);
        world.Live(10_000);
        Assert.Equal(run, world.Run(Core0));
        Assert.Contains(world.Said, s => s.Contains("stays as it is", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_epoch_is_obeyed_once_its_leader_has_said_how_far_it_goes()
    {
        var world = Make.Running();
        var run = world.Run(Core0);
        var order = world.Orders[Core0];

        world.LeaderIsThere = false;
        world.Order(Core0, (_, _) => null);
        world.Epoch = world.Epoch.Next();
        world.RestartDaemon();
        world.Live(10_000);
        Assert.Equal(run, world.Run(Core0));

        world.Order(Core0, (_, _) => order);
        world.LeaderIsThere = true;
        world.Live(10_000);
        Assert.Equal(run, world.Run(Core0));

        world.Order(Core0, (_, _) => null);
        world.Live(10_000);
        Assert.Null(world.Run(Core0));
    }

    [Fact]
    public void The_last_end_is_kept_by_the_driver_so_that_a_daemon_that_comes_back_finds_it()
    {
        var world = Make.Running(Make.Spec("core") with { Restart = new RestartPolicy(60_000, 60_000, 5, 60_000) });
        world.Crash(world.Run(Core0)!, 7);

        world.RestartDaemon();
        world.Live(5_000);

        Assert.Equal(InstanceState.Backoff, world.Status(Core0)!.State);
        Assert.Contains("exit code 7", world.Status(Core0)!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_decide_what_is_healthy_and_a_run_found_again_is_as_it_was_until_they_speak()
    {
        var check = new CheckSpec("up", CheckKind.Tcp, "main", "", [], 1_000, 1_000, 3, 1, 10_000);
        var world = new World();
        world.Order(Core0, (_, index) => Make.Assignment(Core0, index, Make.Spec("core") with { Checks = [check] }));
        world.Live(5_000);
        Assert.Equal(InstanceState.Starting, world.Status(Core0)!.State);

        world.Hear(new AgentEvent.CheckTurned(Core0, world.Run(Core0)!.Run, true, ""));
        world.Live(1_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);

        world.RestartDaemon();
        world.Live(5_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);

        world.Hear(new AgentEvent.CheckTurned(Core0, world.Run(Core0)!.Run, false, "connection refused"));
        Assert.Equal((InstanceState.Unhealthy, "connection refused"), (world.Status(Core0)!.State, world.Status(Core0)!.Detail));
        Assert.Single(world.Starts);
    }

    [Fact]
    public void A_planned_stop_asks_for_leases_that_last_over_it()
    {
        var world = Make.Running(Make.Spec("core", leased: true));

        world.Hear(new AgentEvent.StopPlanned());
        world.DoAll();

        Assert.True(world.Reports[^1].Stopping);
        Assert.Single(world.Reports[^1].Claims);
    }
}
