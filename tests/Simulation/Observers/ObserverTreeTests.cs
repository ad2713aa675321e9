using Pryv.Consensus.Observers;
using Xunit.Abstractions;

namespace Simulation.Observers;

/// <summary>Thousands by design (G3; design.md 5): what observers cost the leader, how fresh they are, and how the tree heals.</summary>
public sealed class ObserverTreeTests(ITestOutputHelper output)
{
    private const int Settle = 60_000;
    private const int Minute = 60_000;

    [Theory]
    [InlineData(3, 1)]
    [InlineData(9, 3)]
    public void A_thousand_observers_cost_the_leader_no_more_than_ten(int members, int zones)
    {
        var few = Steady(new TreeOptions(members, 10, zones, 1));
        var many = Steady(new TreeOptions(members, 1_000, zones, 1));
        Show(few, 10);
        Show(many, 1_000);

        // The leader keeps up to four children, whoever they are; besides those there is nothing that grows.
        var children = 4 * (1 + (1_000 / TreeOptions.RaftHeartbeat));
        Assert.InRange(many.LeaderState.Messages, 0, few.LeaderState.Messages + (children * Minute / 1_000));
        Assert.InRange(many.LeaderState.Messages, 0, few.LeaderState.Messages * 11 / 10);
        Assert.InRange(many.LeaderState.Bytes, 0, few.LeaderState.Bytes * 11 / 10);
    }

    [Fact]
    public void Nobody_serves_more_than_its_share_and_the_way_to_a_member_is_short()
    {
        var run = Steady(new TreeOptions(3, 1_000, 1, 2));

        Assert.All(run.Observers, o => Assert.InRange(run.DepthOf(o) ?? -1, 1, 3));
        Assert.All(run.Members.Concat(run.Observers), n => Assert.InRange(n.MostChildren, 0, 32));
        Assert.Equal(1_000, run.Standing(ObserverStanding.CaughtUp));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_tree_heals_when_a_tenth_of_it_is_lost_at_once_with_a_member(int seed)
    {
        var run = Steady(new TreeOptions(5, 1_000, 2, (ulong)seed));
        foreach (var lost in run.Observers.Where((_, i) => i % 10 == seed).Append(run.Members.Last()).ToList())
        {
            run.Stop(lost);
        }

        var healed = run.RunUntil(() => run.IsCaughtUp, 120_000);
        output.WriteLine($"MEASURED healed after {healed} ms, deepest {run.Observers.Where(o => o.IsUp).Max(run.DepthOf)}");

        Assert.All(run.Observers.Where(o => o.IsUp), o => Assert.NotNull(run.DepthOf(o)));
        run.RunUntil(() => run.Standing(ObserverStanding.Silent) == 100 && run.Standing(ObserverStanding.CaughtUp) == 900, 60_000);
    }

    [Fact]
    public void When_leadership_moves_the_observers_stay_where_they_are_and_the_leader_hears_of_all()
    {
        var run = Steady(new TreeOptions(3, 500, 1, 6));
        var before = run.Observers.ToDictionary(o => o.Node.Node, o => o.Upstream);

        run.Leader = run.Members.First(m => m.Node.Node != run.Leader).Node.Node;
        run.RunFor(Settle);

        Assert.True(run.IsCaughtUp);
        Assert.InRange(run.Observers.Count(o => o.Upstream != before[o.Node.Node]), 0, 32);
        Assert.Equal(500, run.Standing(ObserverStanding.CaughtUp));
    }

    /// <summary>A run that has settled, with a minute of counts.</summary>
    private static TreeRun Steady(TreeOptions options)
    {
        var run = new TreeRun(options);
        run.RunUntil(() => run.IsCaughtUp, Settle);
        run.RunFor(Settle);
        run.LeaderState.ResetCounts();
        run.RunFor(Minute);
        return run;
    }

    private void Show(TreeRun run, int observers) => output.WriteLine(
        $"MEASURED {observers} observers, {run.Members.Count()} members: at the leader {run.LeaderState.Messages / 60.0:F1} messages/s, {run.LeaderState.Bytes / 60.0 / 1024:F1} KiB/s, "
        + $"{run.LeaderState.Children.Count} children, depth {run.Observers.Max(run.DepthOf)}");
}
