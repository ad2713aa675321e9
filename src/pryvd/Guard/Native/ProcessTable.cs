using System.Globalization;
using System.Text;

namespace Pryvd.Guard.Native;

/// <summary>What /proc says of processes. A pid alone is used again; a pid with its start ticks names one process for good.</summary>
internal static class ProcessTable
{
    private const int EnvironmentLimit = 4 << 20;

    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Null when there is none, or only its remains (a zombie).</summary>
    public static ProcessFacts? Find(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All processes whose first environment holds one of these NAME=VALUE lines, with the line.</summary>
    public static IEnumerable<(int Pid, string Line)> WithVariable(string name, IReadOnlySet<string> lines)
    {
        var prefix = Encoding.UTF8.GetBytes(name + "=");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && VariableOf(pid, prefix) is { } line && lines.Contains(line))
            {
                yield return (pid, line);
            }
        }
    }

    /// <summary>The program that a process runs now; null when it cannot be seen.</summary>
    public static string? ProgramOf(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ProcessFacts? Parse(string stat)
    {
        // The name of the program stands in brackets and may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X"
            ? null
            : new ProcessFacts(
                int.Parse(fields[2], CultureInfo.InvariantCulture),
                int.Parse(fields[3], CultureInfo.InvariantCulture),
                long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    private static string? VariableOf(int pid, byte[] prefix)
    {
        var environment = EnvironmentOf(pid).AsSpan();
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var line = end < 0 ? environment : environment[..end];
            if (line.StartsWith(prefix))
            {
                return Encoding.UTF8.GetString(line);
            }

            environment = end < 0 ? default : environment[(end + 1)..];
        }

        return null;
    }

    private static byte[] EnvironmentOf(int pid)
    {
        try
        {
            using var file = new FileStream($"/proc/{pid}/environ", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using var content = new MemoryStream();
            var piece = new byte[16 << 10];
            while (content.Length < EnvironmentLimit && file.Read(piece) is var length and > 0)
            {
                content.Write(piece, 0, length);
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <summary>A living process.</summary>
/// <param name="Group">Process group.</param>
/// <param name="Session">Session.</param>
/// <param name="StartTicks">Clock ticks from the machine's boot to its start.</param>
internal sealed record ProcessFacts(int Group, int Session, long StartTicks);
