using Pryvd.Agent.Core;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Core;

/// <summary>R1, H5: how often what fails is tried again.</summary>
public sealed class VersionTroubleTests
{
    private const int TriesOfPrepare = 5;
    private static readonly InstanceId Core0 = Make.Core0;

    [Fact]
    public void R1_prepare_steps_that_fail_are_tried_a_few_times_and_then_only_when_somebody_asks()
    {
        var world = Failing(VersionStage.Preparing, "step 1 hangs");
        world.Live(3_600_000);
        Assert.Equal(TriesOfPrepare, world.VersionTries);
        Assert.Equal(InstanceState.Failed, world.Status(Core0)!.State);
        Assert.StartsWith("step 1 hangs", world.Status(Core0)!.Detail, StringComparison.Ordinal);
        Assert.Contains("not tried again by itself", world.Status(Core0)!.Detail, StringComparison.Ordinal);
        Assert.Empty(world.Starts);

        world.VersionFault = null;
        world.Order(Core0, (old, index) => old! with { Restart = index });
        world.Live(5_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);
    }

    [Fact]
    public void R1_what_cannot_be_fetched_is_tried_for_ever_once_a_minute()
    {
        var world = Failing(VersionStage.Fetching, "the disk is full");
        world.Live(3_600_000);
        Assert.InRange(world.VersionTries, 58, 70);

        world.VersionFault = null;
        world.Live(61_000);
        Assert.Equal(InstanceState.Healthy, world.Status(Core0)!.State);
    }

    [Fact]
    public void R1_what_could_not_be_fetched_for_long_does_not_count_against_its_prepare_steps()
    {
        var world = Failing(VersionStage.Fetching, "the disk is full");
        world.Live(3_600_000);
        var fetches = world.VersionTries;

        world.VersionFaultAt = VersionStage.Preparing;
        world.Live(3_600_000);
        Assert.Equal(TriesOfPrepare, world.VersionTries - fetches);
    }

    private static World Failing(VersionStage at, string why)
    {
        var world = new World { VersionFault = why, VersionFaultAt = at };
        world.Order(Core0, (_, index) => Make.Assignment(Core0, index));
        return world;
    }
}
