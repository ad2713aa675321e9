using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>Durable writes by one client at a follower: what the way to the leader costs.</summary>
internal sealed class FollowerWrite : IScenario
{
    public string Name => "write-1-follower";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        using var load = new Clients(1, [.. (await cluster.LeaderFirstAsync(stop)).Skip(1)]);
        return await LoadMeasures.OfAsync(Name, "writes/s", cluster, options, load, load.WriteAsync, stop);
    }
}
