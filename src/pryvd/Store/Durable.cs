using System.Runtime.InteropServices;

namespace Pryvd.Store;

/// <summary>
/// Makes files and folders durable through libc with the result checked: .NET's own flush calls return success when fsync
/// fails. Never to be used on a database that is open: closing any descriptor of it drops SQLite's locks on it.
/// </summary>
internal static class Durable
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    public static void SyncFile(string path) => Sync(path);

    /// <summary>Makes creates, renames and deletes in the folder durable.</summary>
    public static void SyncFolder(string path) => Sync(path);

    /// <summary>Replaces a small file so that a crash leaves the old content or the new.</summary>
    public static void Replace(string path, string content)
    {
        var next = path + ".tmp";
        File.WriteAllText(next, content);
        SyncFile(next);
        File.Move(next, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    private static void Sync(string path)
    {
        var descriptor = Open(path, ReadOnly | CloseOnExec);
        if (descriptor < 0)
        {
            throw Failure("open", path);
        }

        var synced = Fsync(descriptor);
        var failure = synced == 0 ? null : Failure("fsync", path);
        if (Close(descriptor) != 0 || failure is not null)
        {
            throw failure ?? Failure("close", path);
        }
    }

    private static StoreException Failure(string call, string path) => new(
        $"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}. What was written last may be lost; mend the disk and start again.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
