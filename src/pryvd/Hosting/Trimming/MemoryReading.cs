namespace Pryvd.Hosting.Trimming;

/// <summary>How much the process has allocated in all.</summary>
/// <param name="At">Monotonic time.</param>
/// <param name="Allocated">Bytes on the managed heap since the start of the process, those that were freed included.</param>
internal readonly record struct MemoryReading(TimeSpan At, long Allocated);
