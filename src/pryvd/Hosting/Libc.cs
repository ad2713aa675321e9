using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pryvd.Hosting;

/// <summary>
/// The few calls of the C library that .NET does not offer, or offers without telling of failure. Each returns -1 on
/// failure and leaves the reason in <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static class Libc
{
    /// <summary>errno of a lock that another process holds.</summary>
    public const int WouldBlock = 11;

    // Flags of open, the same numbers on every Linux architecture that .NET runs on.
    public const int ReadWrite = 2;
    public const int CreateIfMissing = 0x40;
    public const int CloseOnExec = 0x80000;

    private const string Library = "libc";

    [DllImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static extern int Flush(SafeFileHandle file);

    [DllImport(Library, EntryPoint = "open", SetLastError = true)]
    public static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport(Library, EntryPoint = "open", SetLastError = true)]
    public static extern SafeFileHandle OpenOrCreate([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static extern int Lock(SafeFileHandle file, int operation);

    [DllImport(Library, EntryPoint = "lchown", SetLastError = true)]
    public static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    /// <summary>The record of a group (struct group), or zero when there is none of that name. Not for two threads at once.</summary>
    [DllImport(Library, EntryPoint = "getgrnam", SetLastError = true)]
    public static extern nint FindGroup([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Library, EntryPoint = "geteuid")]
    public static extern uint EffectiveUser();

    /// <summary>statx, whose record has the same layout on every architecture.</summary>
    [DllImport(Library, EntryPoint = "statx", SetLastError = true)]
    public static extern int Describe(
        int folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint mask,
        [Out] byte[] record);

    /// <summary>malloc_trim: gives what was freed back to the system, but for a number of bytes; 1 when there was any, else 0.</summary>
    [DllImport(Library, EntryPoint = "malloc_trim")]
    public static extern int TrimHeap(nuint keep);

    /// <summary>What the last failed call says of itself, for example "Permission denied".</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
