using System.Diagnostics;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;
using Xunit.Abstractions;

namespace Pryvd.Tests.Planning;

/// <summary>G3, H2: plans stay quick as clusters grow; the benchmark shows the figures, these are bounds for a build without optimization on a busy machine.</summary>
public sealed class PlannerScaleTests(ITestOutputHelper output)
{
    [Fact]
    public void A_thousand_nodes_and_ten_thousand_instances_are_planned_at_once()
    {
        var world = Filled(1_000, 10_000);

        var (plan, first) = Timed(world);
        world.CarryOut(plan);
        world.Obey();
        var (silent, quiet) = Timed(world);

        output.WriteLine($"all placed in {first.TotalMilliseconds:F0} ms, then a silent plan in {quiet.TotalMilliseconds:F0} ms");
        Assert.Equal(10_000, plan.Decisions.Count);
        Assert.True(silent.IsSilent);
        Assert.InRange(quiet, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(first, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void A_failed_rack_of_a_hundred_nodes_is_planned_anew_in_one_pass()
    {
        var world = Filled(1_000, 10_000);
        world.CarryOut(Planner.Plan(world.Input));
        world.Obey();
        for (var i = 0; i < 100; i++)
        {
            world.SetState($"n{i:D5}", NodeState.Dead);
        }

        var dead = world.State.Running.Assignments.All.Count(held => world.State.Nodes.Find(held.Node)!.State == NodeState.Dead);
        world.Pass(TimeSpan.FromSeconds(6));
        var (plan, time) = Timed(world);

        output.WriteLine($"{dead} instances of 100 dead nodes re-placed in {time.TotalMilliseconds:F0} ms");
        Assert.InRange(dead, 900, 1_100);
        Assert.Equal(dead, plan.Decisions.Count(decision => decision.Bucket == Bucket.ReplaceFromDead));
        Assert.Empty(PlanCheck.Problems(world.Input, plan));
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static PlanWorld Filled(int nodes, int instances)
    {
        var world = new PlanWorld();
        for (var i = 0; i < nodes; i++)
        {
            var tags = TagSet.From([new("rack", $"r{i / 20}"), new("host", $"h{i}")]);
            world.AddNode($"n{i:D5}", new NodeCapacity(16_000, 64_000), $"dc{i % 3}", tags: tags);
        }

        for (var i = 0; i < instances / 10; i++)
        {
            world.PutComponent(TestSpec.Of($"c{i:D5}", 10, resources: new Resources(100, 256)) with { Spread = ["datacenter", "rack"], Ports = [new PortSpec("http", null)] });
        }

        return world;
    }

    private static (Plan Plan, TimeSpan Time) Timed(PlanWorld world)
    {
        Planner.Plan(world.Input);
        var clock = Stopwatch.StartNew();
        return (Planner.Plan(world.Input), clock.Elapsed);
    }
}
