namespace Pryvd.Hosting.Trimming;

/// <summary>
/// When a process that was busy gives memory back. Pure: it is told readings in the order of their times, one about every
/// second, and each time that memory was given back.
/// </summary>
internal sealed record TrimPolicy
{
    /// <summary>Bytes a second up to which the process counts as quiet: well above what heartbeats and reports take.</summary>
    public const long QuietRate = 2 << 20;

    /// <summary>Bytes allocated while busy from which on there may be something to give back.</summary>
    public const long Worth = 32 << 20;

    /// <summary>At most one part in this many of all time goes into giving back, however the load comes and goes.</summary>
    public const int RestFactor = 100;

    /// <summary>For how long it must have been quiet: a gap between two batches of one load is no end.</summary>
    public static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(2);

    private TrimPolicy(MemoryReading last) => (Last, BusyAt) = (last, last.At);

    /// <summary>Whether memory is to be given back now.</summary>
    public bool IsDue => BusyBytes >= Worth && Last.At - BusyAt >= QuietFor && Last.At >= RestUntil;

    private MemoryReading Last { get; init; }

    /// <summary>The last reading that showed it busy.</summary>
    private TimeSpan BusyAt { get; init; }

    /// <summary>What was allocated while busy since memory was last given back.</summary>
    private long BusyBytes { get; init; }

    private TimeSpan RestUntil { get; init; }

    public static TrimPolicy From(MemoryReading first) => new(first);

    public TrimPolicy After(MemoryReading reading)
    {
        var allocated = reading.Allocated - Last.Allocated;
        return allocated <= QuietRate * (reading.At - Last.At).TotalSeconds
            ? this with { Last = reading }
            : this with { Last = reading, BusyAt = reading.At, BusyBytes = BusyBytes + allocated };
    }

    /// <summary>Memory was given back at the last reading.</summary>
    /// <param name="pause">For how long all threads stood still.</param>
    public TrimPolicy Trimmed(TimeSpan pause) => this with { BusyBytes = 0, RestUntil = Last.At + (pause * RestFactor) };
}
