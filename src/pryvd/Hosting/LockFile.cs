using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Pryvd.Hosting;

/// <summary>
/// A lock that the kernel releases when its process ends, however it ends (flock). The file holds the pid of the owner, for
/// people; it is never deleted, because two processes could then lock two files of one name.
/// </summary>
internal sealed class LockFile : IDisposable
{
    private const int ExclusiveNow = 2 | 4;
    private const int OwnerWritesGroupReads = 0x1a0;
    private const int MaxPidLength = 20;

    private readonly FileStream _file;

    private LockFile(FileStream file) => _file = file;

    /// <summary>Takes the lock, or gives null and the pid of who has it (0 when it has not yet written it).</summary>
    /// <exception cref="IOException">The file cannot be made or locked.</exception>
    public static LockFile? TryTake(string path, out int holder)
    {
        var file = Open(path);
        try
        {
            if (Libc.Lock(file.SafeFileHandle, ExclusiveNow) == 0)
            {
                holder = Environment.ProcessId;
                return WithPid(file);
            }

            RequireHeld(path);
            holder = ReadPid(file);
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    public void Dispose() => _file.Dispose();

    // Through libc, because .NET takes a shared lock on whatever it opens; close-on-exec, so that no child keeps the lock.
    private static FileStream Open(string path)
    {
        var handle = Libc.OpenOrCreate(path, Libc.ReadWrite | Libc.CreateIfMissing | Libc.CloseOnExec, OwnerWritesGroupReads);
        return handle.IsInvalid
            ? throw new IOException($"{path} could not be opened: {Libc.LastError()}.")
            : new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    private static void RequireHeld(string path)
    {
        if (Marshal.GetLastPInvokeError() != Libc.WouldBlock)
        {
            throw new IOException($"{path} could not be locked: {Libc.LastError()}.");
        }
    }

    private static LockFile WithPid(FileStream file)
    {
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
        return new LockFile(file);
    }

    private static int ReadPid(FileStream file)
    {
        var text = new byte[MaxPidLength];
        var length = file.Read(text);
        var written = Encoding.ASCII.GetString(text, 0, length).TrimEnd();
        return int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;
    }
}
