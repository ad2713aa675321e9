using System.Globalization;
using System.Text;
using Pryv.Consensus;
using Pryvd.Hosting;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>The file that says that the state in a data folder is an observer's, and of which epoch; members have a log in its place.</summary>
internal static class ObserverMark
{
    private const string Header = "pryvd observer, epoch ";

    public static Epoch? Read(DataFolder folder)
    {
        if (!File.Exists(folder.ObserverPath))
        {
            return null;
        }

        var text = File.ReadAllText(folder.ObserverPath);
        return text.StartsWith(Header, StringComparison.Ordinal) && long.TryParse(text.AsSpan(Header.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? new Epoch(epoch)
            : throw new SessionException($"{folder.ObserverPath} does not hold what it should; delete it, and the node gets its state anew from its peers.");
    }

    public static void Write(DataFolder folder, Epoch epoch)
    {
        DurableFile.CreateFolder(folder.Path);
        DurableFile.Write(
            folder.ObserverPath, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Header}{epoch.Value}\n")),
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
