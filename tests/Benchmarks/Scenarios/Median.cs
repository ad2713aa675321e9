namespace Benchmarks.Scenarios;

internal static class Median
{
    /// <summary>The middle value, or the mean of the two in the middle; not a number when there is none.</summary>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
