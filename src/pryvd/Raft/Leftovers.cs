using System.Globalization;
using Pryvd.Hosting;

namespace Pryvd.Raft;

/// <summary>Log and state of an earlier membership: moved aside, never deleted unasked.</summary>
internal static class Leftovers
{
    /// <summary>Moves what is there into a folder of its own; the folder's path, or null when there was nothing.</summary>
    public static string? MoveAside(DataFolder folder, string reason, DateTimeOffset now)
    {
        if (!Directory.Exists(folder.Path))
        {
            return null;
        }

        var found = Find(folder).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var target = Path.Combine(folder.Path, string.Create(CultureInfo.InvariantCulture, $"{reason}-{now.UtcDateTime:yyyyMMdd-HHmmss-fff}"));
        DurableFile.CreateFolder(target);
        foreach (var item in found)
        {
            Directory.Move(item, Path.Combine(target, Path.GetFileName(item)));
        }

        return target;
    }

    private static IEnumerable<string> Find(DataFolder folder)
    {
        var files = Directory.GetFiles(folder.Path, "state-*").Append(Path.Combine(folder.Path, "CURRENT")).Append(folder.LocalPath).Append(folder.ObserverPath).Where(File.Exists);
        return Directory.Exists(folder.LogPath) ? files.Append(folder.LogPath) : files;
    }
}
