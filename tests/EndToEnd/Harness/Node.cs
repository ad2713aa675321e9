using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;

namespace EndToEnd.Harness;

/// <summary>One machine: a real daemon process with its own address, port, socket and data folder, over all its restarts.</summary>
public sealed class Node : IDisposable
{
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly GrpcChannel _channel;
    private Process? _process;

    public Node(string folder, string name, string address, Habitat? habitat = null)
    {
        (Name, _folder, Habitat) = (name, Path.Combine(folder, name), habitat ?? Habitat.Plain);
        Directory.CreateDirectory(_folder);
        Listen = Habitat.Listen ?? FreePort(IPAddress.Parse(address));
        _channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = GrpcTransport.UnixSocket(Socket), DisposeHttpClient = true, MaxReceiveMessageSize = 64 << 20 });
    }

    public string Name { get; }

    public IPEndPoint Listen { get; private set; }

    public Habitat Habitat { get; }

    public string DataDir => Path.Combine(Habitat.Disk ?? _folder, "data");

    public string Socket => Path.Combine(_folder, "s");

    public NodeLog Log { get; } = new();

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>It ended though nobody asked it to.</summary>
    public bool HasCrashed => _process is { HasExited: true };

    public int ProcessId => Running.Id;

    public Pryv.V1.Cluster.ClusterClient Cluster => new(_channel);

    public Vars.VarsClient Vars => new(_channel);

    public Events.EventsClient Events => new(_channel);

    public Routes.RoutesClient Routes => new(_channel);

    public Pryv.V1.Raft.RaftClient Raft => new(_channel);

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string[] RunArguments(params string[] more) =>
        ["run", "--data-dir", DataDir, "--socket", Socket, "--listen", Listen.ToString(), "--name", Name, "--log-format", "text", .. more];

    /// <summary>Starts the daemon and waits until its socket answers and its log and state are read.</summary>
    public async Task StartAsync(params string[] more)
    {
        var process = Launch(more);
        await Until.Holds($"the socket of {Name} answers", async () =>
        {
            Assert.False(process.HasExited, $"{Name} ended at its start:\n{string.Join('\n', Log.Read().TakeLast(20))}");
            return await TryStatusAsync() is { } status && !status.Problem.Contains("is starting", StringComparison.Ordinal);
        });
    }

    /// <summary>Waits until the daemon has ended by itself; the exit code.</summary>
    public async Task<int> EndsAsync()
    {
        var process = _process ?? throw new InvalidOperationException($"{Name} was not started");
        await Until.Holds($"{Name} ends by itself", () => Task.FromResult(process.HasExited));
        var code = process.ExitCode;
        Ended($"--- {Name} ended by itself with exit code {code}");
        return code;
    }

    /// <summary>Starts the daemon and waits for nothing.</summary>
    public Process Launch(params string[] more)
    {
        Assert.False(IsRunning, $"{Name} runs already");
        Log.Add($"--- {Name} starts");
        var process = PryvdProgram.Start(RunArguments(more), Habitat.Environment, Habitat.Entrance);
        _process = process;
        Orphans.Adopt(process);
        process.OutputDataReceived += (_, line) => Log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => Log.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Signals.Send(Running, Signals.Kill);
        Ended();
    }

    /// <summary>kill -9, also where it may have ended by itself a moment ago.</summary>
    public void MakeSureItIsDead()
    {
        _process?.Kill();
        if (_process is not null)
        {
            Ended();
        }
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        var process = Running;
        Signals.Send(process, Signals.Terminate);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await process.WaitForExitAsync(patience.Token);
        var code = process.ExitCode;
        Ended();
        return code;
    }

    public void Pause() => Signals.Send(Running, Signals.Stop);

    public void Resume() => Signals.Send(Running, Signals.Continue);

    /// <summary>Deletes the data folder of a daemon that does not run, all of it or all but the identity.</summary>
    public void Wipe(bool keepIdentity)
    {
        Assert.False(IsRunning, $"{Name} runs");
        foreach (var item in Directory.EnumerateFileSystemEntries(DataDir).Where(i => !keepIdentity || Path.GetFileName(i) != "identity"))
        {
            if (Directory.Exists(item))
            {
                Directory.Delete(item, recursive: true);
            }
            else
            {
                File.Delete(item);
            }
        }
    }

    /// <summary>A command of the CLI over this node's socket.</summary>
    public Task<CommandResult> Cli(params string[] arguments) => PryvdProgram.RunAsync([.. arguments, "--socket", Socket]);

    /// <summary>The same, printing JSON.</summary>
    public Task<CommandResult> CliJson(params string[] arguments) => Cli([.. arguments, "-o", "json"]);

    public Task<CommandResult> CliWithInput(string input, params string[] arguments) =>
        PryvdProgram.RunAsync([.. arguments, "--socket", Socket], input);

    public async Task<StatusReply> StatusAsync() =>
        await Cluster.GetStatusAsync(new StatusRequest(), deadline: DateTime.UtcNow + CallPatience);

    /// <summary>Null while the daemon does not answer.</summary>
    public async Task<StatusReply?> TryStatusAsync()
    {
        try
        {
            return await StatusAsync();
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>The digest of the state here, at this index or later.</summary>
    public async Task<GetDigestReply> DigestAsync(long atLeast = 0) =>
        await Raft.GetDigestAsync(new GetDigestRequest { AtLeast = atLeast }, deadline: DateTime.UtcNow + Until.Patience);

    /// <summary>Joins by the printed line's parts: a peer and a token in a file.</summary>
    public async Task<CommandResult> JoinAsync(Node peer, string token, params string[] more)
    {
        var file = PathOf("token");
        await File.WriteAllTextAsync(file, token + "\n");
        return await Cli(["join", peer.Listen.ToString(), "--token-file", file, .. more]);
    }

    public void Dispose()
    {
        if (IsRunning)
        {
            Kill();
        }

        _channel.Dispose();
    }

    private Process Running => _process is { HasExited: false } process ? process : throw new InvalidOperationException($"{Name} does not run");

    private void Ended() => Ended($"--- {Name} was ended by the test");

    private void Ended(string how)
    {
        _process!.WaitForExit();
        _process.Dispose();
        _process = null;
        Log.Add(how);
    }

    private static IPEndPoint FreePort(IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
