namespace Pryvd.Agent.Core;

/// <summary>Delays that double, up to a bound.</summary>
internal static class Backoff
{
    /// <param name="failures">From 1.</param>
    public static long Delay(int failures, int firstMs, int lastMs) => Math.Min(lastMs, (long)firstMs << Math.Clamp(failures - 1, 0, 30));
}
