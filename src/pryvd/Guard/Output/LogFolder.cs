using System.Globalization;

namespace Pryvd.Guard.Output;

/// <summary>The files of an instance's output: current.log, which is written, and older ones, numbered in the order of their making.</summary>
internal static class LogFolder
{
    public const string CurrentName = "current.log";
    private const string Ending = ".log";

    public static string CurrentOf(string folder) => Path.Combine(folder, CurrentName);

    public static string OlderOf(string folder, long number) =>
        Path.Combine(folder, number.ToString("D8", CultureInfo.InvariantCulture) + Ending);

    /// <summary>The older ones, the oldest first.</summary>
    public static IReadOnlyList<(long Number, string Path)> Older(string folder) =>
        !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*" + Ending)
            .Select(path => (Number: NumberOf(path), Path: path))
            .Where(file => file.Number > 0)
            .OrderBy(file => file.Number)];

    private static long NumberOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
