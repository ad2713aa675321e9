using System.IO.Enumeration;
using System.Runtime.InteropServices;

namespace Pryvd.Agent.Data;

/// <summary>A user of this machine.</summary>
internal sealed record UserAccount(uint User, uint Group)
{
    private static readonly Lock Gate = new();

    /// <exception cref="IOException">There is none of this name.</exception>
    public static UserAccount Find(string name)
    {
        // The C library answers in a record of its own that the next call overwrites.
        lock (Gate)
        {
            var record = FindUser(name);
            return record == 0
                ? throw new IOException($"There is no user {name} on this node. Make it ('useradd --system {name}'), or name another in the component file.")
                : new UserAccount((uint)Marshal.ReadInt32(record, 2 * nint.Size), (uint)Marshal.ReadInt32(record, (2 * nint.Size) + 4));
        }
    }

    /// <summary>Gives a folder, and all that is in it when asked, to the user. Links are given, not followed.</summary>
    public void Own(string folder, bool withContents)
    {
        Take(folder);
        if (withContents)
        {
            foreach (var item in Contents(folder))
            {
                Take(item);
            }
        }
    }

    private static FileSystemEnumerable<string> Contents(string folder) =>
        new(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };

    private void Take(string path)
    {
        if (Hosting.Libc.ChangeOwner(path, User, Group) != 0)
        {
            throw new IOException($"{path} could not be given to the user that the component runs as: {Hosting.Libc.LastError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "getpwnam", SetLastError = true)]
    private static extern nint FindUser([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
