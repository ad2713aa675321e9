using System.Diagnostics;
using System.Globalization;
using Benchmarks.Products;
using EndToEnd.Harness;

namespace Benchmarks.Flushing;

/// <summary>strace on one running daemon and all its threads, which notes each flush; at the end it adds the table that -c makes.</summary>
internal sealed class Strace
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly string _file;

    private Strace(Process process, string file) => (_process, _file) = (process, file);

    /// <summary>Returns once it watches every thread.</summary>
    public static async Task<Strace> AttachAsync(Daemon daemon, string file, CancellationToken stop)
    {
        var program = Tool.Find("strace") ?? throw new BenchException("strace is not installed; as root on Debian run tests/install-etcd.sh");
        string[] arguments = ["-C", "-f", "-ttt", "-T", "-e", "trace=fdatasync,fsync", "-o", file, "-p", $"{daemon.ProcessId}"];
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        Orphans.Adopt(process);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        await Until.HoldsAsync("strace watches every thread", () => Task.FromResult(IsWatched(daemon)), Patience, stop);
        return new Strace(process, file);
    }

    /// <summary>Lets the daemon go on alone; the lines that strace wrote.</summary>
    public async Task<string[]> DetachAsync(CancellationToken stop)
    {
        await Tool.RunAsync("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)], stop);
        await _process.WaitForExitAsync(stop).WaitAsync(Patience, stop);
        _process.Dispose();
        return await File.ReadAllLinesAsync(_file, stop);
    }

    private static bool IsWatched(Daemon daemon) => Directory.GetDirectories($"/proc/{daemon.ProcessId}/task").All(task =>
        File.ReadLines(Path.Combine(task, "status")).Any(l => l.StartsWith("TracerPid:", StringComparison.Ordinal) && !l.EndsWith("\t0", StringComparison.Ordinal)));
}
