namespace Benchmarks.Report;

/// <summary>One figure of one product in one pair.</summary>
internal sealed record Sample(DateTimeOffset Time, int Pair, string Scenario, string Product, string Figure, string Unit, double Value);
