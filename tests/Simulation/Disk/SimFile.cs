namespace Simulation.Disk;

/// <summary>
/// The contents of a simulated file: what programs see and what is on the platter. A write reaches the platter when it
/// is flushed; at a crash each 512-byte sector keeps as many of the writes to it as chance has it.
/// </summary>
internal sealed class SimFile(long length)
{
    private const int SectorSize = 512;

    private readonly List<(long Offset, byte[] Bytes)> _pending = [];
    private byte[] _seen = [];
    private byte[] _platter = [];
    private long _durableLength;

    public long Length { get; private set; } = length;

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        var known = (int)Math.Clamp(_seen.Length - offset, 0, count);
        _seen.AsSpan(known == 0 ? 0 : (int)offset, known).CopyTo(buffer);
        buffer[known..count].Clear();
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Put(ref _seen, offset, bytes);
        _pending.Add((offset, bytes.ToArray()));
        Length = Math.Max(Length, offset + bytes.Length);
    }

    public void Flush()
    {
        foreach (var (offset, bytes) in _pending)
        {
            Put(ref _platter, offset, bytes);
        }

        _pending.Clear();
        _durableLength = Length;
    }

    /// <summary>What Linux does when a flush fails: the pages stay readable, count as clean and never reach the platter.</summary>
    public void ForgetPending() => _pending.Clear();

    public void FlipBit(long offset, int bit)
    {
        Flip(ref _seen, offset, bit);
        Flip(ref _platter, offset, bit);
    }

    public void Crash(Random random)
    {
        if (Length != _durableLength && random.Next(2) == 0)
        {
            _durableLength = Length;
        }

        foreach (var sector in _pending.SelectMany(SectorsOf).Distinct().Order().ToArray())
        {
            KeepSome(sector, random);
        }

        _pending.Clear();
        Length = _durableLength;
        _seen = _platter.AsSpan(0, (int)Math.Min(Length, _platter.Length)).ToArray();
        _platter = [.. _seen];
    }

    private static IEnumerable<long> SectorsOf((long Offset, byte[] Bytes) write)
    {
        for (var sector = write.Offset / SectorSize; sector * SectorSize < write.Offset + write.Bytes.Length; sector++)
        {
            yield return sector;
        }
    }

    private static void Flip(ref byte[] bytes, long offset, int bit)
    {
        Grow(ref bytes, offset + 1);
        bytes[offset] ^= (byte)(1 << bit);
    }

    private static void Put(ref byte[] target, long offset, ReadOnlySpan<byte> bytes)
    {
        Grow(ref target, offset + bytes.Length);
        bytes.CopyTo(target.AsSpan((int)offset));
    }

    private static void Grow(ref byte[] bytes, long length)
    {
        if (bytes.Length < length)
        {
            Array.Resize(ref bytes, (int)Math.Max(length, bytes.Length * 2L));
        }
    }

    private void KeepSome(long sector, Random random)
    {
        var (start, end) = (sector * SectorSize, (sector + 1) * SectorSize);
        var writes = _pending.FindAll(write => write.Offset < end && write.Offset + write.Bytes.Length > start);
        foreach (var (offset, bytes) in writes.Take(random.Next(writes.Count + 1)))
        {
            var from = Math.Max(offset, start);
            var to = Math.Min(offset + bytes.Length, end);
            Put(ref _platter, from, bytes.AsSpan((int)(from - offset), (int)(to - from)));
        }
    }
}
