using FsCheck;
using FsCheck.Fluent;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Core;

/// <summary>
/// Whatever comes in whatever order, an instance never runs twice, nothing older than what was obeyed is started, and when the trouble
/// ends exactly what is ordered runs, and then the agent is silent (R8, invariants 7 and 9).
/// </summary>
public sealed class AgentCoreProperties
{
    private static readonly InstanceId[] Instances = [new("core", 0), new("core", 1), new("cache", 0)];

    [Fact]
    public void It_never_runs_an_instance_twice_obeys_the_newest_and_converges() => Prop.ForAll(
        Gen.Two(Gen.Choose(0, 10_000)).ArrayOf(120).ToArbitrary(), choices =>
        {
            var world = new World();
            world.Apply();
            foreach (var (what, with) in choices)
            {
                Act(world, what % 24, with);
                HoldsInvariants(world);
            }

            (world.LeaderIsThere, world.CanStart, world.FolderFault, world.VersionFault) = (true, true, null, null);
            world.Apply();
            world.Live(200_000);
            Converged(world);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static void Act(World world, int what, int with)
    {
        var instance = Instances[with % Instances.Length];
        switch (what)
        {
            case < 8: world.Do(with); break;
            case 8 or 9: world.Order(instance, (_, index) => Make.Assignment(instance, index, Make.Spec(instance.Component, leased: with % 2 == 0))); break;
            case 10: world.Order(instance, (_, _) => null); break;
            case 11: world.Order(instance, (old, _) => old is null ? null : old with { SpecVersion = old.SpecVersion + 1, RunVersion = with % 2 == 0 ? old.SpecVersion + 1 : old.RunVersion }); break;
            case 12: world.Order(instance, (old, index) => old is null ? null : old with { Restart = index }); break;
            case 13: world.Order(instance, (old, _) => old is null ? null : old with { Wanted = !old.Wanted }); break;
            case 14 when world.Run(instance) is { } run: world.Crash(run, with % 3); break;
            case 15: world.Hear(new AgentEvent.DriverFailed("gone")); break;
            case 16: world.RestartDaemon(); break;
            case 17: world.LeaderIsThere = with % 3 > 0; break;
            case 18: world.CanStart = with % 3 > 0; break;
            case 19: world.FolderFault = with % 3 == 0 ? "full" : null; break;
            case 20: world.VersionFault = with % 3 == 0 ? "not there" : null; break;
            case 21: world.Pass(with); break;
            case 22: world.DoAll(); break;
            default: world.Live(with % 3_000); break;
        }
    }

    private static void HoldsInvariants(World world)
    {
        Assert.All(world.Alive.GroupBy(r => r.Instance), runs => Assert.Single(runs));
        Assert.All(world.Starts.GroupBy(s => s.Instance), starts => Assert.Equal(starts.OrderBy(s => s.Generation).ThenBy(s => s.Run), starts));
        Assert.All(world.Alive.Where(r => r.LeaseEndBootMs is not null), r => Assert.True(r.LeaseEndBootMs >= world.Now));
    }

    private static void Converged(World world)
    {
        var wanted = world.Orders.Values.Where(a => a.Wanted).Select(a => (a.Instance, a.Generation, a.RunVersion, a.Restart)).Order();
        Assert.Equal(wanted, world.Alive.Select(r => (r.Instance, r.Generation, r.SpecVersion, r.Restart)).Order());
        Assert.All(world.Orders.Values, a => Assert.Equal(a.Wanted ? InstanceState.Healthy : InstanceState.Stopped, world.Status(a.Instance)!.State));
        Assert.Empty(world.Reports[^1].Statuses);

        var (starts, said) = (world.Starts.Count, world.Said.Count);
        world.Live(20_000);
        Assert.Equal((starts, said), (world.Starts.Count, world.Said.Count));
    }
}
