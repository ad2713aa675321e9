namespace Pryvd.Health;

/// <summary>A lease as the leader's book holds it.</summary>
/// <param name="Run">The run of the daemon that it was last granted to.</param>
/// <param name="Sequence">Of the report that it was last granted for.</param>
/// <param name="Until">When the leader takes it for ended, on its own clock.</param>
public sealed record Lease(long Generation, string Run, long Sequence, TimeSpan Until);
