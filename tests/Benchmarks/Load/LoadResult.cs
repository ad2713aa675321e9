using System.Diagnostics;

namespace Benchmarks.Load;

/// <summary>What was counted in the time that counts.</summary>
/// <param name="Latencies">Of every operation that succeeded, in stopwatch ticks, in rising order: all of them, no buckets.</param>
internal sealed record LoadResult(TimeSpan Span, long[] Latencies, int Errors)
{
    public double PerSecond => Latencies.Length / Span.TotalSeconds;

    public double Milliseconds(double quantile) => Latencies.Length == 0
        ? double.NaN
        : Latencies[(int)Math.Min(Latencies.Length - 1, quantile * Latencies.Length)] * 1_000.0 / Stopwatch.Frequency;
}
