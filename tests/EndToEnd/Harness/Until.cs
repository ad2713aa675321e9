using System.Diagnostics;

namespace EndToEnd.Harness;

/// <summary>Waits for a condition, never for a time: a deadline bounds each wait, and its failure says what did not come.</summary>
public static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    /// <summary>Waits until the probe returns something.</summary>
    public static async Task<T> Found<T>(string what, Func<Task<T?>> probe, TimeSpan? patience = null)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await probe() is { } found)
            {
                return found;
            }

            var waited = Stopwatch.GetElapsedTime(started);
            Assert.True(waited < (patience ?? Patience), $"after {waited.TotalSeconds:F1} s still not so: {what}");
            await Task.Delay(Pace);
        }
    }

    /// <summary>Waits until the condition holds; returns how long that took.</summary>
    public static async Task<TimeSpan> Holds(string what, Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        await Found(what, async () => await condition() ? what : null, patience);
        return Stopwatch.GetElapsedTime(started);
    }
}
