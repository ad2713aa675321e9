using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>A load on a cluster, and what is said of it.</summary>
internal static class LoadMeasures
{
    public static async Task<IReadOnlyList<Measure>> OfAsync(
        string scenario, string unit, Cluster cluster, BenchOptions options, Clients clients, Func<int, int, Task> operation, CancellationToken stop)
    {
        var used = cluster.ProcessorTimeAsync(options.WarmUp, options.Span, stop);
        var result = await new ClosedLoop(options.WarmUp, options.Span).RunAsync(clients.Count, operation, stop);
        return
        [
            new($"{scenario} rate", unit, result.PerSecond),
            new($"{scenario} p50", "ms", result.Milliseconds(0.50)),
            new($"{scenario} p99", "ms", result.Milliseconds(0.99)),
            new($"{scenario} cpu each", "µs", (await used).TotalMicroseconds / result.Latencies.Length),
            new($"{scenario} errors", "", result.Errors),
        ];
    }
}
