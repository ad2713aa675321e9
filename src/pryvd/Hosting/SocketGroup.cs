using System.Runtime.InteropServices;

namespace Pryvd.Hosting;

/// <summary>The group whose members may use the local socket.</summary>
internal static class SocketGroup
{
    /// <summary>Used when it exists and no other is configured.</summary>
    public const string Default = "pryvd";

    private static readonly Lock OneAtATime = new();

    /// <summary>The number of a group; null when there is none of that name.</summary>
    public static uint? Find(string name)
    {
        lock (OneAtATime)
        {
            // struct group begins with two pointers (name, password); the number follows.
            var record = Libc.FindGroup(name);
            return record == 0 ? null : (uint)Marshal.ReadInt32(record, 2 * nint.Size);
        }
    }

    /// <summary>Gives a socket to the configured group, or to the default one where there is one.</summary>
    /// <exception cref="StartupException">A group was configured and is unknown, or may not be given.</exception>
    public static void Give(string path, string? configured)
    {
        var group = Find(configured ?? Default);
        if (group is null && configured is not null)
        {
            throw new StartupException($"The group '{configured}' of the socket does not exist. Create it (groupadd {configured}), or set socket_group.");
        }

        // Without privileges the default group may be out of reach; the socket then stays with the daemon's own group.
        if (group is { } id && Libc.ChangeOwner(path, uint.MaxValue, id) != 0 && configured is not null)
        {
            throw new StartupException($"The socket cannot be given to group '{configured}': {Libc.LastError()}. Start as root or as a member of it.");
        }
    }
}
