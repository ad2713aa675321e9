namespace Pryvd.Cli.Calling;

/// <summary>How long to wait before trying again.</summary>
internal static class Backoff
{
    private const double FirstMilliseconds = 50;
    private const double LongestMilliseconds = 1000;

    /// <summary>Doubles with each attempt; between half of that and all of it, so that many clients do not come back at once.</summary>
    /// <param name="attempt">0 for the wait after the first failure.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan Delay(int attempt, double random)
    {
        var full = Math.Min(LongestMilliseconds, FirstMilliseconds * Math.Pow(2, Math.Min(attempt, 16)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (random / 2)));
    }
}
