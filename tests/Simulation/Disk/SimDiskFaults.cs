using Pryv.Consensus.Log;

namespace Simulation.Disk;

/// <summary>What shall go wrong on a <see cref="SimDisk"/>; nothing does unless set.</summary>
public sealed class SimDiskFaults
{
    /// <summary>Bytes that can still be allocated.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>The how-manyth flush from now on fails, of files and folder; 0 for none.</summary>
    public int FailingFlush { get; set; }

    /// <summary>The how-manyth write from now on is done by half and fails; 0 for none.</summary>
    public int ShortWrite { get; set; }

    internal void Allocate(string name, long bytes)
    {
        if (bytes > FreeBytes)
        {
            throw new DiskException($"Writing {name} failed: no space left on device (simulated).");
        }

        FreeBytes -= bytes;
    }

    internal int BytesWritten(string name, int bytes, long beyondEnd)
    {
        Allocate(name, beyondEnd);
        return CountsDown(ShortWrite, left => ShortWrite = left) ? bytes / 2 : bytes;
    }

    internal bool FlushFails() => CountsDown(FailingFlush, left => FailingFlush = left);

    private static bool CountsDown(int left, Action<int> set)
    {
        set(Math.Max(0, left - 1));
        return left == 1;
    }
}
