namespace Pryvd.Hosting;

/// <summary>The data folder belongs to the daemon alone: who could write there could make it believe anything, who could read there learns the variables.</summary>
internal static class DataFolderGuard
{
    /// <summary>Passing through is let be: components that run as users of their own get to their homes that way, and see nothing else.</summary>
    private const UnixFileMode AnybodyElse = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Makes the folder where it is missing, and refuses one that is open to others.</summary>
    /// <exception cref="StartupException">Its owner or mode is wrong.</exception>
    public static void Prepare(string folder)
    {
        DurableFile.CreateFolder(folder);
        if (FileFacts.OfPath(Target(folder)) is { } facts && Refusal(folder, facts, Libc.EffectiveUser()) is { } refusal)
        {
            throw new StartupException(refusal);
        }
    }

    internal static string? Refusal(string folder, FileFacts facts, uint user)
    {
        if (facts.Owner != user)
        {
            return $"The data folder {folder} belongs to user {facts.Owner}, and this daemon runs as user {user}. If what is in it is this node's: chown -R {user} {folder}";
        }

        return (facts.Mode & AnybodyElse) == 0
            ? null
            : $"The data folder {folder} is open to others (mode {Convert.ToString((int)facts.Mode, 8)}), who may have read or changed what is in it. If you are sure that nobody has: chmod 700 {folder}";
    }

    /// <summary>A link to a folder on another disk is followed.</summary>
    private static string Target(string folder) => Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
}
