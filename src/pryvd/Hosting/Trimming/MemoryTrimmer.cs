using System.Diagnostics;
using Serilog;

namespace Pryvd.Hosting.Trimming;

/// <summary>
/// Gives memory back to the system when a busy daemon has become quiet: what the daemon's parts keep at hand, then what
/// is dead on the managed heap, then what the C library holds. See DESIGN.md.
/// </summary>
internal sealed class MemoryTrimmer : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Func<long> _release;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private TrimPolicy _policy;

    /// <summary>One that looks only when it is told to.</summary>
    /// <param name="first">From when on it counts.</param>
    /// <param name="release">Has the daemon's parts let go of what only a busy one needs; returns about how many bytes that was.</param>
    /// <param name="log">Told how much came of it.</param>
    internal MemoryTrimmer(MemoryReading first, Func<long> release, ILogger log) =>
        (_policy, _release, _log) = (TrimPolicy.From(first), release, log);

    /// <summary>How often memory was given back.</summary>
    public int Trims { get; private set; }

    /// <summary>One that looks about every second. What the start has allocated counts as busy.</summary>
    /// <param name="release">As for the constructor; called on any thread.</param>
    /// <param name="log">As for the constructor.</param>
    public static MemoryTrimmer Start(Func<long> release, ILogger log)
    {
        var trimmer = new MemoryTrimmer(Now() with { Allocated = 0 }, release, log);
        trimmer._loop = trimmer.RunAsync();
        return trimmer;
    }

    /// <summary>Gives memory back if a reading says that it is time.</summary>
    internal void Look(MemoryReading reading)
    {
        _policy = _policy.After(reading);
        if (_policy.IsDue)
        {
            _policy = _policy.Trimmed(Trim());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static MemoryReading Now() => new(Stopwatch.GetElapsedTime(0), GC.GetTotalAllocatedBytes());

    /// <summary>Returns how long all threads stood still.</summary>
    private TimeSpan Trim()
    {
        Trims++;
        var before = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
        var released = _release();

        // Nothing else of .NET takes the free parts of the heap back at once: they would stay until it collects again, which
        // a quiet daemon does in an hour.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = Libc.TrimHeap(0);
        var after = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        var pause = after.PauseDurations[0] + after.PauseDurations[1];
        _log.Debug(
            "Quiet again: gave back {Released} kB of buffers and caches; the heap took {Before} kB and takes {After} kB, of which {Live} kB are in use; a pause of {Pause} ms",
            released >> 10, before >> 10, after.TotalCommittedBytes >> 10, after.HeapSizeBytes >> 10, pause.TotalMilliseconds);
        return pause;
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                Look(Now());
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }
}
