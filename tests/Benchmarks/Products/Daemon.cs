using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EndToEnd.Harness;

namespace Benchmarks.Products;

/// <summary>A member's process over all its restarts. It writes to its own log file, so that reading its output costs this side nothing.</summary>
internal sealed class Daemon(string program, IReadOnlyList<string> arguments, string logFile) : IAsyncDisposable
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Process? _process;

    public int ProcessId => Running.Id;

    public void Start()
    {
        string[] shell = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", logFile, program];
        var start = new ProcessStartInfo("sh", [.. shell, .. arguments]) { UseShellExecute = false };
        CleanEnvironment.Give(start);
        _process = Process.Start(start)!;
        Orphans.Adopt(_process);
    }

    /// <summary>kill -9; returns when the process is gone.</summary>
    public void Kill()
    {
        Signal(Sigkill);
        Ended();
    }

    /// <summary>SIGTERM; returns when the process has ended.</summary>
    public async Task TerminateAsync()
    {
        Signal(Sigterm);
        await Running.WaitForExitAsync().WaitAsync(Patience);
        Ended();
    }

    /// <summary>SIGSTOP; returns when no thread of it runs any more.</summary>
    public void Suspend()
    {
        Signal(Sigstop);
        while (Tasks().Any(task => Stat(task)[0] != "T"))
        {
            Thread.Yield();
        }
    }

    public void Resume() => Signal(Sigcont);

    /// <summary>Resident memory in megabytes (10^6 bytes), file pages included, as the kernel counts them for the process.</summary>
    public double ResidentMegabytes()
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    /// <summary>Processor time that it has used since its start.</summary>
    public TimeSpan ProcessorTime() => ProcessorClock.Read(ProcessId);

    public string LastWords() => File.Exists(logFile) ? string.Join('\n', File.ReadLines(logFile).TakeLast(5)) : "it logged nothing";

    /// <summary>Throws when it ended though nobody asked it to.</summary>
    public void MustRun()
    {
        if (_process is not { HasExited: false })
        {
            throw new BenchException($"{Path.GetFileName(program)} has ended by itself; its log ends with:\n{LastWords()}");
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            Ended();
        }

        return ValueTask.CompletedTask;
    }

    private Process Running
    {
        get
        {
            MustRun();
            return _process!;
        }
    }

    private string[] Tasks() => Directory.GetDirectories($"/proc/{ProcessId}/task");

    /// <summary>The fields of a stat file from the state on; the name before it may hold spaces.</summary>
    private static string[] Stat(string folder)
    {
        var text = File.ReadAllText(Path.Combine(folder, "stat"));
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private void Ended()
    {
        _process!.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    private void Signal(int signal)
    {
        if (SendTo(ProcessId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"signal {signal} to process {ProcessId}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendTo(int process, int signal);
}
