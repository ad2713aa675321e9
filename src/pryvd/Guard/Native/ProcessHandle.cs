using System.Runtime.InteropServices;

namespace Pryvd.Guard.Native;

/// <summary>A process held by a pidfd, which becomes readable when the process ends and never means another one.</summary>
internal sealed class ProcessHandle : IDisposable
{
    private const nint OpenNumber = 434;
    private const int ById = 1;
    private const int NoHang = 1;
    private const int Ended = 4;
    private const int LeaveIt = 0x1000000;
    private const int SignalInfoBytes = 128;
    private const int CodeAt = 8;
    private const int PidAt = 16;
    private const int StatusAt = 24;
    private const int CodeExited = 1;

    private ProcessHandle(int pid, int descriptor) => (Pid, Descriptor) = (pid, descriptor);

    public int Pid { get; }

    public int Descriptor { get; private set; }

    /// <summary>Null when there is no such process.</summary>
    public static ProcessHandle? Open(int pid)
    {
        var descriptor = (int)Sys.Call(OpenNumber, pid, 0);
        return descriptor >= 0
            ? new ProcessHandle(pid, descriptor)
            : Marshal.GetLastPInvokeError() == Sys.NoProcess
                ? null
                : throw new GuardException($"Process {pid} cannot be watched: {Sys.LastError()}. A kernel from 5.3 on is needed (pidfd_open).");
    }

    /// <summary>Whether it ended within the time.</summary>
    public bool EndsWithin(int milliseconds)
    {
        Sys.PollItem[] items = [new() { Descriptor = Descriptor, Wanted = Sys.Readable }];
        return Sys.PollThrough(items, milliseconds) > 0;
    }

    /// <summary>How a child ended; it stays a zombie, so that its number is not given to another.</summary>
    public (int? ExitCode, int Signal)? PeekEnd() => Wait(Ended | NoHang | LeaveIt);

    /// <summary>Lets go of a child that ended.</summary>
    public void Reap() => Wait(Ended | NoHang);

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Sys.Close(Descriptor);
            Descriptor = -1;
        }
    }

    private (int? ExitCode, int Signal)? Wait(int options)
    {
        var info = new byte[SignalInfoBytes];
        if (Sys.Wait(ById, Pid, info, options) != 0 || BitConverter.ToInt32(info, PidAt) == 0)
        {
            return null;
        }

        var status = BitConverter.ToInt32(info, StatusAt);
        return BitConverter.ToInt32(info, CodeAt) == CodeExited ? (status, 0) : (null, status);
    }
}
