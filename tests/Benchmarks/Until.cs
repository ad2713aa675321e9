using System.Diagnostics;

namespace Benchmarks;

/// <summary>Waits for a condition; a deadline bounds each wait, and its failure says what did not come.</summary>
internal static class Until
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <param name="pace">Between two looks; longer where a look is work for what is measured.</param>
    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan patience, CancellationToken stop, TimeSpan? pace = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new BenchException($"after {patience.TotalSeconds:F0} s still not so: {what}");
            }

            await Task.Delay(pace ?? Pace, stop);
        }
    }
}
