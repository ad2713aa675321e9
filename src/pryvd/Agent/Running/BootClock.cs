using System.Runtime.InteropServices;

namespace Pryvd.Agent.Running;

/// <summary>CLOCK_BOOTTIME: the same for all processes of a machine, never set, and going on while it sleeps; what leases are counted on (invariant 7).</summary>
internal static class BootClock
{
    private const int BootTime = 7;

    /// <summary>Milliseconds since the machine was started.</summary>
    public static long NowMs => GetTime(BootTime, out var time) == 0
        ? (time.Seconds * 1_000) + (time.Nanoseconds / 1_000_000)
        : throw new InvalidOperationException($"CLOCK_BOOTTIME cannot be read: {Hosting.Libc.LastError()}");

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static extern int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
