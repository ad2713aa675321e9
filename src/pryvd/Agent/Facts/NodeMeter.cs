using System.Globalization;
using Pryvd.Agent.Core;

namespace Pryvd.Agent.Facts;

/// <summary>What this machine has, and how well it is: read from the kernel, no more often than reports are sent.</summary>
/// <param name="dataDir">Whose disk counts.</param>
internal sealed class NodeMeter(string dataDir)
{
    private const double SpareMemory = 0.10;
    private const double SpareDisk = 0.05;

    /// <summary>Processors are shared: however busy they are, a node without a better one beside it still takes what must run.</summary>
    private const double LeastForLoad = 0.1;

    /// <summary>Scores come in steps, so that a node that breathes is no news.</summary>
    private const int Step = 10;

    public NodeMeasure Measure(IReadOnlyDictionary<string, string> tags, int? scoreOfPlugins)
    {
        var memory = Memory();
        var disk = new DriveInfo(dataDir);
        var own = Score(Load() / Environment.ProcessorCount, memory.AvailableKb / (double)memory.TotalKb, disk.AvailableFreeSpace / (double)disk.TotalSize);
        return new NodeMeasure(
            Environment.ProcessorCount * 1_000, (int)(memory.TotalKb >> 10), disk.AvailableFreeSpace >> 20, Math.Min(own, scoreOfPlugins ?? own), tags);
    }

    /// <summary>100 while processors, memory and disk have something to spare; 0 where memory or disk has nothing left.</summary>
    /// <param name="load">Processes that want to run, per processor.</param>
    /// <param name="memory">Part that is available.</param>
    /// <param name="disk">Part that is free.</param>
    internal static int Score(double load, double memory, double disk)
    {
        var worst = Math.Min(Math.Min(Math.Max(2 - load, LeastForLoad), memory / SpareMemory), disk / SpareDisk);
        return (int)Math.Ceiling(Math.Clamp(worst, 0, 1) * 100 / Step) * Step;
    }

    private static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static (long TotalKb, long AvailableKb) Memory()
    {
        var lines = File.ReadLines("/proc/meminfo").Take(8).ToList();
        return (Line(lines, "MemTotal:"), Line(lines, "MemAvailable:"));
    }

    private static long Line(List<string> lines, string name) =>
        long.Parse(lines.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
