using System.Runtime.InteropServices;

namespace Pryvd.Guard.Native;

/// <summary>
/// The calls of the C library that the guard is made of. Each returns -1 on failure and leaves the reason in
/// <see cref="Marshal.GetLastPInvokeError"/>. All file descriptors are opened close-on-exec, so that no child has them.
/// </summary>
internal static class Sys
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;

    public const short Readable = 1;
    public const short Writable = 4;
    public const short Gone = 8 | 16 | 32;

    private const string Library = "libc";

    [StructLayout(LayoutKind.Sequential)]
    public struct PollItem
    {
        public int Descriptor;
        public short Wanted;
        public short Seen;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimerSpec
    {
        public TimeSpec Interval;
        public TimeSpec At;
    }

    [DllImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static extern int Poll([In, Out] PollItem[] items, nuint count, int timeoutMs);

    [DllImport(Library, EntryPoint = "open", SetLastError = true)]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport(Library, EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);

    [DllImport(Library, EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, [Out] byte[] buffer, nint count);

    [DllImport(Library, EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int descriptor, byte[] buffer, nint count);

    [DllImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    public static extern nint WriteAt(int descriptor, byte[] buffer, nint count, long offset);

    [DllImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    public static extern int Truncate(int descriptor, long length);

    [DllImport(Library, EntryPoint = "lseek", SetLastError = true)]
    public static extern long Seek(int descriptor, long offset, int whence);

    [DllImport(Library, EntryPoint = "mkfifo", SetLastError = true)]
    public static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport(Library, EntryPoint = "unlink", SetLastError = true)]
    public static extern int Unlink([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport(Library, EntryPoint = "fchown", SetLastError = true)]
    public static extern int ChangeOwner(int descriptor, uint user, uint group);

    [DllImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    public static extern int Pipe([Out] int[] ends, int flags);

    [DllImport(Library, EntryPoint = "dup2", SetLastError = true)]
    public static extern int Duplicate(int from, int to);

    [DllImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static extern int EventCounter(uint initial, int flags);

    [DllImport(Library, EntryPoint = "timerfd_create", SetLastError = true)]
    public static extern int Timer(int clock, int flags);

    [DllImport(Library, EntryPoint = "timerfd_settime", SetLastError = true)]
    public static extern int SetTimer(int descriptor, int flags, in TimerSpec at, nint old);

    [DllImport(Library, EntryPoint = "clock_gettime", SetLastError = true)]
    public static extern int Now(int clock, out TimeSpec now);

    [DllImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int process, int signal);

    [DllImport(Library, EntryPoint = "waitid", SetLastError = true)]
    public static extern int Wait(int kind, int process, [Out] byte[] record, int options);

    /// <summary>For calls that older C libraries do not wrap.</summary>
    [DllImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static extern nint Call(nint number, nint first, nint second);

    [DllImport(Library, EntryPoint = "umask")]
    public static extern uint FileModeMask(uint mask);

    [DllImport(Library, EntryPoint = "chdir", SetLastError = true)]
    public static extern int ChangeFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport(Library, EntryPoint = "setsid", SetLastError = true)]
    public static extern int NewSession();

    [DllImport(Library, EntryPoint = "geteuid")]
    public static extern uint EffectiveUser();

    /// <summary>The record of a user (struct passwd), or zero. Not for two threads at once.</summary>
    [DllImport(Library, EntryPoint = "getpwnam", SetLastError = true)]
    public static extern nint FindUser([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static extern int NewSocket(int domain, int type, int protocol);

    [DllImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static extern int Bind(int socket, byte[] address, uint length);

    [DllImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static extern int Connect(int socket, byte[] address, uint length);

    [DllImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static extern int Listen(int socket, int backlog);

    [DllImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static extern int Accept(int socket, nint address, nint length, int flags);

    [DllImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static extern int GetOption(int socket, int level, int name, [Out] byte[] value, ref uint length);

    [DllImport(Library, EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int socket, in byte buffer, nint count, int flags);

    /// <summary>Waits for its time although signals interrupt it, as the end of any child of a daemon does.</summary>
    public static int PollThrough(PollItem[] items, int timeoutMs)
    {
        var deadline = BootClock.NowMs() + timeoutMs;
        while (true)
        {
            var left = Math.Max(0, deadline - BootClock.NowMs());
            var seen = Poll(items, (nuint)items.Length, (int)left);
            if (seen >= 0 || Marshal.GetLastPInvokeError() != Interrupted)
            {
                return seen;
            }
        }
    }

    /// <summary>The reason of the last failure, for example "No such file or directory".</summary>
    public static string LastError() => Marshal.GetLastPInvokeErrorMessage();
}
