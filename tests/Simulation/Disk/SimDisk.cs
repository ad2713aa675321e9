using Pryv.Consensus.Log;

namespace Simulation.Disk;

/// <summary>
/// A folder in memory that forgets at a crash what a real one may forget: each sector of an unflushed write is lost or
/// kept for itself, and of the creates, renames and deletes since the folder was flushed a first part is kept.
/// The same seed and calls give the same outcome.
/// </summary>
public sealed class SimDisk(int seed) : IDisk
{
    private readonly Random _random = new(seed);
    private readonly List<Action<Dictionary<string, SimFile>>> _pending = [];
    private Dictionary<string, SimFile> _seen = [];
    private Dictionary<string, SimFile> _platter = [];

    public SimDiskFaults Faults { get; } = new();

    /// <summary>How many crashes there were; files opened before the last one cannot be used any more.</summary>
    public int Boots { get; private set; }

    public IReadOnlyList<string> List() => [.. _seen.Keys];

    public IDiskFile Create(string name, long size)
    {
        if (_seen.ContainsKey(name))
        {
            throw new DiskException($"Creating {name} failed: the file exists (simulated).");
        }

        Faults.Allocate(name, size);
        var file = new SimFile(size);
        Change(folder => folder[name] = file);
        return new SimFileHandle(this, file, name);
    }

    public IDiskFile Open(string name) => new SimFileHandle(this, Find(name), name);

    public void Rename(string from, string to)
    {
        var file = Find(from);
        Change(folder =>
        {
            folder.Remove(from);
            folder[to] = file;
        });
    }

    public void Delete(string name)
    {
        Find(name);
        Change(folder => folder.Remove(name));
    }

    public void FlushFolder()
    {
        if (Faults.FlushFails())
        {
            throw new DiskException("Flushing the folder failed: input/output error (simulated).");
        }

        _pending.Clear();
        _platter = new(_seen);
    }

    /// <summary>The machine loses its power. The disk goes on with what survived.</summary>
    public void Crash()
    {
        Boots++;
        foreach (var change in _pending.Take(_random.Next(_pending.Count + 1)))
        {
            change(_platter);
        }

        _pending.Clear();
        foreach (var (_, file) in _platter.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            file.Crash(_random);
        }

        _seen = new(_platter);
    }

    /// <summary>Damages a file behind the back of the program.</summary>
    public void FlipBit(string name, long offset, int bit) => Find(name).FlipBit(offset, bit);

    /// <summary>Some bit of some file turns over; nothing when there are no files.</summary>
    public void FlipSomeBit(Func<int, int> below)
    {
        if (_seen.Count > 0)
        {
            var (_, file) = _seen.OrderBy(pair => pair.Key, StringComparer.Ordinal).ElementAt(below(_seen.Count));
            file.FlipBit(below((int)Math.Max(1, file.Length)), below(8));
        }
    }

    private void Change(Action<Dictionary<string, SimFile>> change)
    {
        change(_seen);
        _pending.Add(change);
    }

    private SimFile Find(string name) => _seen.TryGetValue(name, out var file)
        ? file
        : throw new DiskException($"Opening {name} failed: no such file (simulated).");
}
