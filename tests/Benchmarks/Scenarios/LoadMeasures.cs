using Benchmarks.Load;

namespace Benchmarks.Scenarios;

internal static class LoadMeasures
{
    public static IReadOnlyList<Measure> Of(string scenario, string unit, LoadResult result) =>
    [
        new($"{scenario} rate", unit, result.PerSecond),
        new($"{scenario} p50", "ms", result.Milliseconds(0.50)),
        new($"{scenario} p99", "ms", result.Milliseconds(0.99)),
        new($"{scenario} errors", "", result.Errors),
    ];
}
