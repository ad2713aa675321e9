using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>Durable writes by clients spread over the members. The first client is at the leader, so a single one is there, too.</summary>
internal sealed class WriteLoad(int clients) : IScenario
{
    public string Name => $"write-{clients}";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        using var load = new Clients(clients, await cluster.LeaderFirstAsync(stop));
        return await LoadMeasures.OfAsync(Name, "writes/s", cluster, options, load, load.WriteAsync, stop);
    }
}
