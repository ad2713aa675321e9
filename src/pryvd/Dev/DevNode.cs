using System.Diagnostics;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;

namespace Pryvd.Dev;

/// <summary>
/// One daemon of a development cluster: a process of this program, in a session of its own, so that Ctrl-C reaches only us. It
/// holds the end of a pipe of ours: when we close it, or are gone however suddenly, the daemon is asked to stop.
/// </summary>
internal sealed class DevNode : IDisposable
{
    private const int PeerPort = 7411;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    // The second line of /proc's status names the parent: a watcher whose daemon has ended must not signal who has its number now.
    private const string Watch = """
        log=$1 data=$2 program=$3 assembly=$4; shift 4; exec 3<&0
        (
          cat <&3 >/dev/null
          while read -r key value; do
            if [ "$key $value" = "PPid: $$" ]; then kill -TERM $$; fi
          done </proc/self/status
          n=0; while [ $n -lt 200 ] && kill -0 $$; do n=$((n + 1)); sleep 0.1; done
          exec "$program" ${assembly:+"$assembly"} guard --end --data-dir "$data"
        ) >/dev/null 2>&1 &
        exec "$@" >>"$log" 2>&1 </dev/null 3<&-
        """;

    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private DevNode(int number, string folder, Process process)
    {
        (Number, _process) = (number, process);
        Socket = SocketOf(folder, number);
        LogFile = Path.Combine(folder, $"n{number}.log");
        DataDir = DataOf(folder, number);
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = GrpcTransport.UnixSocket(Socket), DisposeHttpClient = true });
    }

    public int Number { get; }

    public string Name => $"n{Number}";

    public string Address => AddressOf(Number);

    public string Socket { get; }

    public string LogFile { get; }

    public string DataDir { get; }

    public bool HasExited => _process.HasExited;

    public Cluster.ClusterClient Cluster => new(_channel);

    public Tokens.TokensClient Tokens => new(_channel);

    public Components.ComponentsClient Components => new(_channel);

    public static DevNode Start(int number, string folder)
    {
        string[] run =
        [
            "run", "--config", "/dev/null", "--name", $"n{number}", "--data-dir", DataOf(folder, number),
            "--socket", SocketOf(folder, number), "--listen", AddressOf(number), "--log-format", "json",
        ];
        var log = Path.Combine(folder, $"n{number}.log");
        string[] shell = ["sh", "-c", Watch, "sh", log, DataOf(folder, number), OwnProgram[0], OwnProgram.ElementAtOrDefault(1) ?? ""];
        var start = new ProcessStartInfo("setsid", [.. shell, .. OwnProgram, .. run]) { RedirectStandardInput = true };
        return new DevNode(number, folder, Process.Start(start)!);
    }

    /// <summary>Null while the daemon does not answer.</summary>
    public async Task<StatusReply?> StatusAsync()
    {
        try
        {
            return await Cluster.GetStatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(1)).ResponseAsync.ConfigureAwait(false);
        }
        catch (Grpc.Core.RpcException)
        {
            return null;
        }
    }

    /// <summary>The last lines that the daemon logged.</summary>
    public string LastWords() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(3)) : "it logged nothing";

    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
    }

    /// <summary>The instances of all components as this node knows them; none while it does not answer.</summary>
    public async Task<IReadOnlyList<Instance>> InstancesAsync()
    {
        try
        {
            var request = new ListComponentsRequest { Mode = new ReadMode { Stale = true } };
            var reply = await Components.ListComponentsAsync(request, deadline: DateTime.UtcNow.AddSeconds(1)).ResponseAsync.ConfigureAwait(false);
            return [.. reply.Components.SelectMany(c => c.Instances)];
        }
        catch (Grpc.Core.RpcException)
        {
            return [];
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _process.Dispose();
    }

    /// <summary>How this very program is started: its own executable, or the assembly by dotnet.</summary>
    public static string[] OwnProgram
    {
        get
        {
            var path = Environment.ProcessPath!;
            return Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path, Path.Combine(AppContext.BaseDirectory, "pryvd.dll")] : [path];
        }
    }

    /// <summary>The command line that starts this program, for lines to paste.</summary>
    public static string ProgramLine => string.Join(' ', OwnProgram);

    private static string DataOf(string folder, int number) => Path.Combine(folder, $"n{number}");

    private static string SocketOf(string folder, int number) => Path.Combine(folder, $"n{number}.sock");

    private static string AddressOf(int number) => $"127.0.0.{number}:{PeerPort}";
}
