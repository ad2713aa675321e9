using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EndToEnd.Components;

/// <summary>What all components of a test wrote of themselves with lab/beat.py: who was alive, where and when.</summary>
/// <param name="path">The file that they write to.</param>
internal sealed class Beats(string path)
{
    /// <summary>A life whose last beat is older has ended; beats are 20 ms apart where the machine is not busy.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Instance, int Pid), Life> _lives = [];
    private long _read;

    /// <summary>Now, on the clock of the beats.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>All lives of the instances of a component, or of one instance.</summary>
    public IReadOnlyList<Life> Lives(string of)
    {
        lock (_gate)
        {
            Read();
            return [.. _lives.Values.Where(life => life.Instance == of || life.Instance.StartsWith(of + "/", StringComparison.Ordinal)).OrderBy(life => life.First)];
        }
    }

    public IReadOnlyList<Life> Alive(string of) => [.. Lives(of).Where(life => Now - life.Last < Silence.TotalNanoseconds)];

    /// <summary>H4: no two lives of an instance ever overlapped.</summary>
    public void RequireNeverTwo(string component)
    {
        foreach (var lives in Lives(component).GroupBy(life => life.Instance))
        {
            var twice = lives.SelectMany(one => lives.Where(other => other.Pid != one.Pid && other.Overlaps(one)).Select(other => $"{one} and {other}")).ToList();
            Assert.True(twice.Count == 0, $"two at once:\n{string.Join('\n', twice)}");
        }
    }

    private void Read()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _read;
        var bytes = new byte[file.Length - _read];
        file.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _read += whole;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Take(line.Split(' '));
        }
    }

    private void Take(string[] words)
    {
        var (at, pid) = (long.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[4], CultureInfo.InvariantCulture));
        var known = _lives.GetValueOrDefault((words[1], pid));
        _lives[(words[1], pid)] = known is null
            ? new Life(words[1], words[2], long.Parse(words[3], CultureInfo.InvariantCulture), pid, at, at)
            : known with { Last = Math.Max(known.Last, at) };
    }
}
