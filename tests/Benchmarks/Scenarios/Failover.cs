using System.Diagnostics;
using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>From the moment the leader is gone to the next write that a client of the two others gets acknowledged; the median of several.</summary>
internal sealed class Failover(string name, Action<Daemon> take, Action<Daemon> giveBack) : IScenario
{
    private const string Key = "failover";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // A member that has just come back is not taken away again before elections and connections have calmed down.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    public static Failover ByKill { get; } = new("failover-kill", d => d.Kill(), d => d.Start());

    public static Failover BySuspend { get; } = new("failover-stop", d => d.Suspend(), d => d.Resume());

    public string Name => name;

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        var times = new List<double>();
        for (var i = 0; i < options.Faults; i++)
        {
            await Task.Delay(Calm, stop);
            times.Add(await OnceAsync(cluster, stop));
            await cluster.WholeAsync(stop);
        }

        return [new($"{Name} median", "ms", Median.Of(times)), new($"{Name} max", "ms", times.Max())];
    }

    private async Task<double> OnceAsync(Cluster cluster, CancellationToken stop)
    {
        var members = await cluster.LeaderFirstAsync(stop);
        var stores = members.Skip(1).Select(m => m.Connect()).ToArray();
        await Task.WhenAll(stores.Select(s => s.PutAsync(Key, Patience)));
        var since = Stopwatch.GetTimestamp();
        take(members[0].Daemon);
        var took = await Retrying.FirstAsync(since, stores, (store, patience) => store.PutAsync(Key, patience), stop);
        giveBack(members[0].Daemon);
        Array.ForEach(stores, s => s.Dispose());
        return took;
    }
}
