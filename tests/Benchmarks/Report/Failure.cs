namespace Benchmarks.Report;

/// <summary>A run that came to no result, with the last lines that the members logged.</summary>
internal sealed record Failure(DateTimeOffset Time, int Pair, string Scenario, string Product, string Why, IReadOnlyList<string> LastWords);
