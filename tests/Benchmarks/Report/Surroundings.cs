namespace Benchmarks.Report;

/// <summary>Where and with what a run was made: figures mean little without it.</summary>
internal sealed record Surroundings(DateTimeOffset Time, string Kernel, string Processor, int Cores, string FileSystem, double FlushMicroseconds, IReadOnlyDictionary<string, string> Versions, BenchOptions Options)
{
    private static readonly string[] WithoutDisk = ["tmpfs", "ramfs"];

    /// <exception cref="BenchException">The folder is not on a disk, so nothing there is durable.</exception>
    public static Surroundings Of(BenchOptions options, IReadOnlyDictionary<string, string> versions, DateTimeOffset now)
    {
        Directory.CreateDirectory(options.Directory);
        var fileSystem = new DriveInfo(options.Directory).DriveFormat;
        if (WithoutDisk.Contains(fileSystem))
        {
            throw new BenchException($"{options.Directory} is on {fileSystem}, where a flush does nothing; name a folder on a disk with --dir");
        }

        return new Surroundings(now, File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), ProcessorModel(), Environment.ProcessorCount, fileSystem, FlushProbe.MedianMicroseconds(options.Directory), versions, options);
    }

    public override string ToString() =>
        $"{string.Join(" against ", Versions.Select(v => $"{v.Key} {v.Value}"))}; {Cores} x {Processor}, Linux {Kernel}, {FileSystem}, a flush takes {FlushMicroseconds:F0} µs";

    private static string ProcessorModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
}
