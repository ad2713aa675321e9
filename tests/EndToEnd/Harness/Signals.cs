using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EndToEnd.Harness;

/// <summary>Signals to one process, by its id.</summary>
internal static class Signals
{
    private const nint Default = 0;

    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(Process process, int signal)
    {
        if (SendTo(process.Id, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"signal {signal} to process {process.Id}");
        }
    }

    /// <summary>To a process that may have ended by itself.</summary>
    public static void Send(int process, int signal) => _ = SendTo(process, signal);

    // A shell starts what runs in its background with SIGINT ignored, and whoever is started by that ignores it, too: also a watch that a test would end.
    [ModuleInitializer]
    internal static void TakeInterrupts() => _ = SetHandler(Interrupt, Default);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint SetHandler(int signal, nint handler);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendTo(int process, int signal);
}
