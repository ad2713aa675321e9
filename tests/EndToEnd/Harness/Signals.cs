using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EndToEnd.Harness;

/// <summary>Signals to one process, by its id.</summary>
internal static class Signals
{
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

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendTo(int process, int signal);
}
