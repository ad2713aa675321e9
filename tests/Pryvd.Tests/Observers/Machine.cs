using System.Net;
using System.Net.Sockets;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Hosting;
using Pryvd.Hosting.Serving;
using Pryvd.Peers;
using Pryvd.Raft;
using Pryvd.Tests.Api;
using Pryvd.Tests.Identity;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Pryvd.Tests.Observers;

/// <summary>A node of this process over all its restarts: the same folder, the same peer port, no socket.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordedLog _log = new();
    private readonly SerilogLoggerFactory _loggers;
    private readonly IPEndPoint _listen = FreePort();
    private readonly string _datacenter;
    private KestrelHost? _peers;

    public Machine(string name, string datacenter)
    {
        (Name, _datacenter) = (name, datacenter);
        _loggers = new SerilogLoggerFactory(_log.Log);
        Host = null!;
        Leader = null!;
    }

    public string Name { get; }

    public NodeHost Host { get; private set; }

    public LeaderCalls Leader { get; private set; }

    public bool IsRunning => _peers is not null;

    public IEnumerable<string> Log => _log.Lines;

    public ClusterSession Session => Host.RequireSession();

    public async Task StartAsync()
    {
        Host = new NodeHost(Options(), _listen.ToString(), TimeProvider.System, _loggers.CreateLogger("pryvd"));
        Leader = new LeaderCalls(Host);
        Daemon.Compose(Host, Leader);
        new StateServices(Host, Leader, _log.Log).Register();
        _peers = await PeerListener.StartAsync(_listen, Host, Leader, _log.Log);
        await Host.StartAsync();
    }

    /// <summary>It is gone from one moment to the next, as its peers see it.</summary>
    public async Task StopAsync()
    {
        if (_peers is { } peers)
        {
            _peers = null;
            await peers.DisposeAsync();
            await Host.DisposeAsync();
        }
    }

    public void WipeAllButIdentity()
    {
        foreach (var item in Directory.EnumerateFileSystemEntries(_folder.In("data")).Where(i => Path.GetFileName(i) != "identity"))
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

    public async Task SetAsync(string key, string json) =>
        await Leader.CallAsync<WriteReply>("/pryv.v1.Vars/SetVars", Ask.Set("", key, json), Actor, DateTime.UtcNow + Within.Patience, CancellationToken.None);

    public async Task<string> TokenAsync(string role)
    {
        var reply = await Leader.CallAsync<CreateTokenReply>(
            "/pryv.v1.Tokens/CreateToken", new CreateTokenRequest { Role = role }, Actor, DateTime.UtcNow + Within.Patience, CancellationToken.None);
        return reply.Token;
    }

    public Task DecommissionAsync(string node) => Leader.CallAsync<WriteReply>(
        "/pryv.v1.Nodes/DecommissionNode", new DecommissionNodeRequest { Node = node }, Actor, DateTime.UtcNow + Within.Patience, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _loggers.Dispose();
        _folder.Dispose();
    }

    private Pryvd.Model.Actor Actor => new(Name, 0, 1);

    private DaemonOptions Options() => new()
    {
        DataDir = Directory.CreateDirectory(_folder.In("data")).FullName,
        IdentityDir = _folder.In("data/identity"),
        Socket = _folder.In("pryvd.sock"),
        SocketGroup = null,
        Listen = _listen,
        Advertise = null,
        Name = Name,
        Datacenter = _datacenter,
        Group = "",
        Tags = new Dictionary<string, string>(),
        LogLevel = LogEventLevel.Debug,
        LogFormat = LogFormat.Json,
        Peers = [],
        TokenFile = null,
    };

    private static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
