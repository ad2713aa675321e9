using System.Diagnostics;
using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>Memory of a fresh and of a full member, the processor time of an idle one, and how soon a full one is back after a restart.</summary>
internal sealed class Footprint : IScenario
{
    private const int Restarts = 3;

    // What a start leaves behind (connections, a just-in-time compiler in the background) is not idling.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    public string Name => "footprint";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        await Task.Delay(Calm, stop);
        var fresh = Memory(cluster);
        var idle = await IdleAsync(cluster, options.Span, stop);
        var began = Stopwatch.GetTimestamp();
        await cluster.FillAsync(options.Vars, stop);
        var fill = Stopwatch.GetElapsedTime(began);
        await Task.Delay(Calm, stop);
        var full = Memory(cluster);
        return
        [
            new("memory fresh", "MB", fresh),
            new("idle processor time", "%", idle),
            new("fill", "ms", fill.TotalMilliseconds),
            new("memory full", "MB", full),
            new("restart", "ms", Median.Of(await RestartsAsync(cluster, stop))),
        ];
    }

    private static double Memory(Cluster cluster) => cluster.Members.Average(m => m.Daemon.ResidentMegabytes());

    /// <summary>Percent of one core, for each member, while nobody asks for anything.</summary>
    private static async Task<double> IdleAsync(Cluster cluster, TimeSpan span, CancellationToken stop) =>
        await cluster.ProcessorTimeAsync(TimeSpan.Zero, span, stop) / span / cluster.Members.Count * 100;

    private static async Task<List<double>> RestartsAsync(Cluster cluster, CancellationToken stop)
    {
        var times = new List<double>();
        for (var i = 0; i < Restarts; i++)
        {
            times.Add(await RestartAsync((await cluster.LeaderFirstAsync(stop))[^1], stop));
            await cluster.WholeAsync(stop);
        }

        return times;
    }

    /// <summary>From the start of a follower's process to its first linearizable read of a key that was there before.</summary>
    private static async Task<double> RestartAsync(Member follower, CancellationToken stop)
    {
        await follower.Daemon.TerminateAsync();
        using var store = follower.Connect();
        var since = Stopwatch.GetTimestamp();
        follower.Daemon.Start();
        return await Retrying.FirstAsync(since, [store], ReadAsync, stop);
    }

    private static async Task ReadAsync(IStore store, TimeSpan patience)
    {
        var bytes = await store.GetAsync(Filling.KeyOf(0), patience);
        if (bytes != TestValue.Bytes)
        {
            throw new BenchException($"a linearizable read after the restart found {bytes} bytes");
        }
    }
}
