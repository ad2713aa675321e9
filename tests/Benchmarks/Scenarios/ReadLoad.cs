using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>Linearizable reads by clients spread over the members.</summary>
internal sealed class ReadLoad(int clients) : IScenario
{
    public string Name => $"read-{clients}";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        using var load = new Clients(clients, await cluster.LeaderFirstAsync(stop));
        await load.FillAsync();
        return await LoadMeasures.OfAsync(Name, "reads/s", cluster, options, load, load.ReadAsync, stop);
    }
}
