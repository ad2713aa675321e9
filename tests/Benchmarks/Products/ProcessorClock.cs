using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Benchmarks.Products;

/// <summary>The kernel's clock of a process's processor time: to the nanosecond, with what ended threads used.</summary>
internal static class ProcessorClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static TimeSpan Read(int process)
    {
        var time = default(TimeSpec);
        var error = ClockOf(process, out var clock);
        if (error != 0 || ReadClock(clock, ref time) != 0)
        {
            throw new Win32Exception(error != 0 ? error : Marshal.GetLastPInvokeError(), $"the processor time of process {process}");
        }

        return TimeSpan.FromMicroseconds(((time.Seconds * NanosecondsPerSecond) + time.Nanoseconds) / 1_000.0);
    }

    [DllImport("libc", EntryPoint = "clock_getcpuclockid")]
    private static extern int ClockOf(int process, out int clock);

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static extern int ReadClock(int clock, ref TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
