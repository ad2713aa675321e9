using Benchmarks.Scenarios;

namespace Benchmarks.Components;

/// <summary>Several measurements of one thing in words.</summary>
internal static class Spread
{
    /// <param name="values">Seconds.</param>
    public static string Of(IReadOnlyList<double> values) => $"{Median.Of(values),6:F2} s   ({values.Min():F2} to {values.Max():F2}, {values.Count} times)";
}
