using System.Globalization;
using System.Text;

namespace EndToEnd.Harness;

/// <summary>What /proc says of processes, any of which may end meanwhile.</summary>
internal static class ProcFiles
{
    public static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    /// <summary>The file of a process as text; empty when the process has ended or is another user's.</summary>
    public static string Read(int pid, string name)
    {
        try
        {
            using var file = new FileStream($"/proc/{pid}/{name}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
