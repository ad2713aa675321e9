using System.Diagnostics;

namespace Benchmarks;

/// <summary>Waits for a condition; a deadline bounds each wait, and its failure says what did not come.</summary>
internal static class Until
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan patience, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new BenchException($"after {patience.TotalSeconds:F0} s still not so: {what}");
            }

            await Task.Delay(Pace, stop);
        }
    }
}
