namespace Benchmarks.Scenarios;

/// <summary>One figure of one run.</summary>
internal sealed record Measure(string Figure, string Unit, double Value);
