using Pryv.Consensus.Log;

namespace Simulation.Disk;

/// <summary>An open file of a <see cref="SimDisk"/>; a crash of the machine makes it useless.</summary>
internal sealed class SimFileHandle(SimDisk disk, SimFile file, string name) : IDiskFile
{
    private readonly int _boot = disk.Boots;
    private bool _closed;

    public string Name => name;

    public long Length => Open().Length;

    public int Read(long offset, Span<byte> buffer) => Open().Read(offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var open = Open();
        var written = disk.Faults.BytesWritten(name, bytes.Length, Math.Max(0, offset + bytes.Length - open.Length));
        open.Write(offset, bytes[..written]);
        if (written < bytes.Length)
        {
            throw new DiskException($"Writing {name} failed: {written} of {bytes.Length} bytes were written (simulated).");
        }
    }

    public void Flush()
    {
        var open = Open();
        if (disk.Faults.FlushFails())
        {
            open.ForgetPending();
            throw new DiskException($"Flushing {name} failed: input/output error (simulated).");
        }

        open.Flush();
    }

    public void Dispose() => _closed = true;

    private SimFile Open()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return disk.Boots == _boot
            ? file
            : throw new InvalidOperationException($"{name} was opened before the crash.");
    }
}
