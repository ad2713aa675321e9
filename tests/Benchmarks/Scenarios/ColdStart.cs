using System.Diagnostics;
using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>All three members of a full cluster were killed; from their start to the first write that a client gets acknowledged.</summary>
internal sealed class ColdStart : IScenario
{
    private const int Starts = 3;

    public string Name => "cold-start";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        await cluster.FillAsync(options.Vars, stop);
        var times = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            times.Add(await OnceAsync(cluster, stop));
            await cluster.WholeAsync(stop);
        }

        return [new($"{Name} median", "ms", Median.Of(times)), new($"{Name} max", "ms", times.Max())];
    }

    private static async Task<double> OnceAsync(Cluster cluster, CancellationToken stop)
    {
        foreach (var member in cluster.Members)
        {
            member.Daemon.Kill();
        }

        var stores = cluster.Members.Select(m => m.Connect()).ToArray();
        var since = Stopwatch.GetTimestamp();
        cluster.Start();

        var took = await Retrying.FirstAsync(since, stores, (store, patience) => store.PutAsync(Filling.KeyOf(0), patience), stop);
        Array.ForEach(stores, s => s.Dispose());
        return took;
    }
}
