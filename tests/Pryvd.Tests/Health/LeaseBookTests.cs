using FsCheck;
using FsCheck.Fluent;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;
using Pryvd.Tests.Planning;

namespace Pryvd.Tests.Health;

/// <summary>H4, invariant 7: the leader's book of leases.</summary>
public sealed class LeaseBookTests
{
    private static readonly HealthTiming Timing = HealthTiming.Of(TimeSpan.FromSeconds(5));
    private static readonly InstanceId Core = new("core", 0);
    private static readonly NodeReport Report = new() { Node = new NodeId("id-n1"), Run = "a", Sequence = 5, Capacity = default, Score = 100, Applied = 0, Claims = [new Claim(Core, 7)] };

    [Fact]
    public void Nothing_has_ended_before_the_leader_has_led_for_as_long_as_a_lease_of_another_can_be_good()
    {
        var book = LeaseBook.Begin(Seconds(100));

        Assert.False(book.HasEnded(Core, Timing, TimeSpan.Zero, Seconds(104.8)));
        Assert.True(book.HasEnded(Core, Timing, TimeSpan.Zero, Seconds(104.9)));
        Assert.False(book.HasEnded(Core, Timing, Seconds(60), Seconds(170)));
    }

    [Fact]
    public void A_lowered_dead_timeout_shortens_new_leases_and_reports_but_no_wait_for_what_another_granted()
    {
        var lowered = HealthTiming.Of(Seconds(1), former: Seconds(5));

        Assert.Equal((Seconds(0.2), Seconds(0.8)), (lowered.ReportInterval, lowered.LeaseTtl));
        Assert.Equal((Timing.Suspect, Timing.Unreachable, Timing.Dead), (lowered.Suspect, lowered.Unreachable, lowered.Dead));
        Assert.False(LeaseBook.Begin(Seconds(100)).HasEnded(Core, lowered, TimeSpan.Zero, Seconds(104.8)));
        Assert.Equal(Seconds(9), HealthTiming.Of(Seconds(9), former: Seconds(5)).Dead);
    }

    [Fact]
    public void A_lease_ends_when_the_slowest_holder_has_counted_to_its_end() => Prop.ForAll(Gen.Choose(0, 200).ToArbitrary(), Gen.Choose(0, 200).ToArbitrary(), (leaderDrift, holderDrift) =>
    {
        // Off by up to a tenth each way; the report takes no time, which is the worst case.
        var (leader, holder) = (0.9 + (leaderDrift * 0.001), 0.9 + (holderDrift * 0.001));
        var book = LeaseBook.Begin(TimeSpan.Zero).Grant(Report.Claims[0], Report, TimeSpan.Zero, Timing.LeaseTtl);
        var realEnd = Timing.LeaseTtl / holder;
        return !book.HasEnded(Core, Timing, TimeSpan.Zero, (realEnd * leader) - TimeSpan.FromMilliseconds(1)) && book.Find(Core)!.Until <= Timing.Dead;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void No_grant_makes_a_lease_shorter()
    {
        var book = LeaseBook.Begin(TimeSpan.Zero)
            .Grant(Report.Claims[0], Report, TimeSpan.Zero, Seconds(64))
            .Grant(Report.Claims[0], Report with { Run = "b", Sequence = 1 }, Seconds(5), Timing.LeaseTtl);

        Assert.False(book.HasEnded(Core, Timing, TimeSpan.Zero, Seconds(70)));
    }

    [Fact]
    public void Only_a_later_report_of_the_same_run_that_has_read_the_order_to_stop_ends_a_lease_early()
    {
        var (assignments, changed) = Stopped(wanted: false);
        var book = LeaseBook.Begin(TimeSpan.Zero).Grant(Report.Claims[0], Report, Seconds(20), Timing.LeaseTtl);
        var silent = Report with { Claims = [], Sequence = 6, Applied = changed };

        Assert.Equal(0, book.Release(silent, assignments).Count);
        Assert.Equal(1, book.Release(silent with { Sequence = 5 }, assignments).Count);
        Assert.Equal(1, book.Release(silent with { Run = "b" }, assignments).Count);
        Assert.Equal(1, book.Release(silent with { Applied = changed - 1 }, assignments).Count);
        Assert.Equal(1, book.Release(silent with { Claims = Report.Claims }, assignments).Count);
        Assert.Equal(1, book.Release(silent, Stopped(wanted: true).Assignments).Count);
    }

    private static (AssignmentTable Assignments, long Changed) Stopped(bool wanted)
    {
        var world = new PlanWorld();
        world.AddNode("n1", new NodeCapacity(1, 1));
        world.PutComponent(TestSpec.Of("core", 1));
        world.CarryOut(Planner.Plan(world.Input));
        var held = Assert.Single(world.State.Running.Assignments.All);
        return (AssignmentTable.Empty.Put(held with { Wanted = wanted }), held.Changed.Value);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
