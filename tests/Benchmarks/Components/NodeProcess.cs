using System.Globalization;
using System.Runtime.InteropServices;
using Benchmarks.Products;
using EndToEnd.Harness;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;

namespace Benchmarks.Components;

/// <summary>One daemon, and all that runs for its node: the guard and the components, found by what their command lines and environments say.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int Sigkill = 9;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Daemon _daemon;
    private readonly string _data;

    public NodeProcess(string program, string folder, string name, string address)
    {
        (Name, Address, Socket, _data) = (name, address, Path.Combine(folder, $"{name}.s"), Path.Combine(folder, name));
        _daemon = new Daemon(
            program,
            ["run", "--config", "/dev/null", "--name", name, "--data-dir", _data, "--socket", Socket, "--listen", address, "--log-format", "json"],
            Path.Combine(folder, $"{name}.log"));
        Channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = GrpcTransport.UnixSocket(Socket), DisposeHttpClient = true });
    }

    public string Name { get; }

    /// <summary>host:port of the peer port.</summary>
    public string Address { get; }

    public string Socket { get; }

    public GrpcChannel Channel { get; }

    public Daemon Daemon => _daemon;

    public async Task StartAsync(CancellationToken stop)
    {
        _daemon.Start();
        await Until.HoldsAsync($"the daemon of {Name} answers", AnswersAsync, Patience, stop);
    }

    /// <summary>The machine loses its power: kill -9 of the daemon, the guard and all components.</summary>
    public void KillAll()
    {
        var others = Pids();
        _daemon.Kill();
        others.ForEach(pid => SendTo(pid, Sigkill));
    }

    /// <summary>The machine stands still: SIGSTOP of all.</summary>
    public void SuspendAll() => Pids().ForEach(pid => SendTo(pid, Sigstop));

    public void ResumeAll() => Pids().ForEach(pid => SendTo(pid, Sigcont));

    /// <summary>Of all its processes, pages that several share counted in parts: megabytes (10^6 bytes).</summary>
    public double ProportionalMegabytes() => Pids().Sum(pid => Kilobytes(pid, "Pss:")) * 1024 / 1e6;

    public ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Pids().ForEach(pid => SendTo(pid, Sigkill));
        return _daemon.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await new Pryv.V1.Cluster.ClusterClient(Channel).GetStatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(1));
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private List<int> Pids() => [.. ProcFiles.Pids().Where(pid => pid != Environment.ProcessId && IsOurs(pid))];

    private bool IsOurs(int pid) =>
        ProcFiles.Read(pid, "cmdline").Contains($"\0--data-dir\0{_data}\0", StringComparison.Ordinal)
        || ProcFiles.Read(pid, "environ").Split('\0').Contains($"PRYVD_SOCKET={Socket}");

    private static long Kilobytes(int pid, string name) => ProcFiles.Read(pid, "smaps_rollup").Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendTo(int process, int signal);
}
