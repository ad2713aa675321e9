using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pryvd.Hosting;

namespace Pryvd.Agent.Artifacts;

/// <summary>Makes a tree durable with one call, where flushing each of its files would take long.</summary>
internal static class DiskSync
{
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Flush(string folder)
    {
        using var handle = Libc.Open(folder, Libc.CloseOnExec);
        if (handle.IsInvalid || SyncFileSystem(handle) != 0)
        {
            throw new IOException($"The disk of {folder} could not be flushed: {Libc.LastError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static extern int SyncFileSystem(SafeFileHandle file);
}
