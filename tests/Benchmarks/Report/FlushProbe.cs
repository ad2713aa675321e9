using System.Diagnostics;
using Benchmarks.Scenarios;

namespace Benchmarks.Report;

/// <summary>What one small durable write costs here, with nothing else going on: where it is next to nothing, processors decide the comparison.</summary>
internal static class FlushProbe
{
    private const int Flushes = 200;

    /// <summary>The median of a write of 256 bytes and a flush, in microseconds.</summary>
    public static double MedianMicroseconds(string folder)
    {
        var path = Path.Combine(folder, "probe");
        var times = new List<double>(Flushes);
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose))
        {
            for (var i = 0; i < Flushes; i++)
            {
                var began = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, new byte[256], i * 256);
                RandomAccess.FlushToDisk(file);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
        }

        return Median.Of(times);
    }
}
