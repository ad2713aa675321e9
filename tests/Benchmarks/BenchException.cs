namespace Benchmarks;

/// <summary>The run cannot go on, or what was measured cannot be right; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
