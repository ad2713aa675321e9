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
        var result = await new ClosedLoop(options.WarmUp, options.Span).RunAsync(clients, load.WriteAsync, stop);
        return LoadMeasures.Of(Name, "writes/s", result);
    }
}
