using Benchmarks.Flushing;
using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>
/// One client writes while strace watches all three: between the sending of each write and its answer at least two members must
/// have begun and ended a flush. Killing processes would never show a missing flush; this does.
/// </summary>
internal sealed class Flushes : IScenario
{
    private const int Writes = 300;
    private const int Quorum = 2;

    public string Name => "flushes";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        var members = await cluster.LeaderFirstAsync(stop);
        using var client = new Clients(1, members);
        await client.FillAsync();
        var traces = await Task.WhenAll(members.Select(m => Strace.AttachAsync(m.Daemon, Path.Combine(cluster.Folder, $"{m.Name}.strace"), stop)));
        var writes = await WriteAsync(client);
        var logs = await Task.WhenAll(traces.Select(t => t.DetachAsync(stop)));
        var flushes = logs.Select(l => StraceLog.Flushes(l)).ToArray();
        Check(cluster.Product, writes, flushes);
        return
        [
            new($"{Name} per write", "", (double)flushes.Sum(f => f.Count) / Writes),
            new($"{Name} of the leader", "", flushes[0].Count),
            new($"{Name} of a follower", "", flushes.Skip(1).Average(f => f.Count)),
            new($"{Name} writes", "", Writes),
        ];
    }

    private static async Task<List<Interval>> WriteAsync(Clients client)
    {
        var writes = new List<Interval>(Writes);
        for (var turn = 0; turn < Writes; turn++)
        {
            var began = Now();
            await client.WriteAsync(0, turn);
            writes.Add(new Interval(began, Now() + 1));
        }

        return writes;
    }

    private static int FlushedBy(Interval write, List<Interval>[] flushes) => flushes.Count(member => member.Any(write.Holds));

    /// <exception cref="BenchException">A write was answered that no quorum had flushed.</exception>
    private static void Check(string product, List<Interval> writes, List<Interval>[] flushes)
    {
        var early = writes.Where(w => FlushedBy(w, flushes) < Quorum).ToArray();
        if (early.Length > 0)
        {
            throw new BenchException($"{product} answered {early.Length} of {Writes} writes before {Quorum} members had flushed them, the first at {early[0]}");
        }
    }

    private static long Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
