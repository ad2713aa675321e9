namespace Benchmarks.Scenarios;

internal static class AllScenarios
{
    public static IReadOnlyList<IScenario> List { get; } =
    [
        new WriteLoad(1), new FollowerWrite(), new WriteLoad(16), new WriteLoad(64), new WriteLoad(256), new ReadLoad(64),
        Failover.ByKill, Failover.BySuspend, new LeaderChanges(), new Footprint(), new ColdStart(), new Flushes(),
    ];
}
