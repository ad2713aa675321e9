using System.Net;
using System.Net.Sockets;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pryv.Grpc;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Hosting;
using Pryvd.Hosting.Serving;
using Pryvd.Peers;
using Pryvd.Raft;
using Pryvd.Tests.Identity;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Pryvd.Tests.Api;

/// <summary>A node of this process with log, state and peer port, and its services on a real local socket.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private const int MaxMessageBytes = 8 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordedLog _log = new();
    private readonly SerilogLoggerFactory _loggers;
    private readonly SocketFile _socket;
    private readonly IPEndPoint _listen = FreePort();
    private KestrelHost? _peers;
    private KestrelHost? _local;

    private TestNode(string name)
    {
        _loggers = new SerilogLoggerFactory(_log.Log);
        _socket = SocketFile.Take(_folder.In("pryvd.sock"), null);
        Host = new NodeHost(OptionsOf(name), _listen.ToString(), Clock, _loggers.CreateLogger("pryvd"));
        Leader = new LeaderCalls(Host);
        Channel = NewChannel();
    }

    internal ShiftedClock Clock { get; } = new();

    public NodeHost Host { get; }

    public LeaderCalls Leader { get; }

    public ClusterSession Session => Host.RequireSession();

    internal RecordedLog Log => _log;

    internal GrpcChannel Channel { get; }

    internal Vars.VarsClient Vars => new(Channel);

    internal Tokens.TokensClient Tokens => new(Channel);

    internal Nodes.NodesClient Nodes => new(Channel);

    internal Events.EventsClient Events => new(Channel);

    internal Snapshots.SnapshotsClient Snapshots => new(Channel);

    /// <summary>A node in no cluster.</summary>
    internal static async Task<TestNode> StartAsync(string name, WatchLimits? limits = null)
    {
        var node = new TestNode(name);
        Daemon.Compose(node.Host, node.Leader);
        node._peers = await PeerListener.StartAsync(node._listen, node.Host, node.Leader, node._log.Log);
        node._local = node.Build(limits);
        await node._local.StartAsync();
        await node.Host.StartAsync();
        return node;
    }

    /// <summary>The first node of a cluster, leading.</summary>
    internal static async Task<TestNode> InitAsync(WatchLimits? limits = null)
    {
        var node = await StartAsync("n1", limits);
        await node.Host.ChangeAsync(() => InitFlow.RunAsync(node.Host, "demo", "", []));
        await Within.UntilAsync(() => node.Session.Leads && node.Session.Store.Read().State.Cluster is not null);
        return node;
    }

    /// <summary>A connection of its own, so that its flow control is its own.</summary>
    internal GrpcChannel NewChannel() => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = GrpcTransport.UnixSocket(_folder.In("pryvd.sock")),
        DisposeHttpClient = true,
    });

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _local!.DisposeAsync();
        await _peers!.DisposeAsync();
        await Host.DisposeAsync();
        _socket.Dispose();
        _loggers.Dispose();
        _folder.Dispose();
    }

    private KestrelHost Build(WatchLimits? limits)
    {
        var state = new StateServices(Host, Leader, _log.Log, limits);
        state.Register();
        var app = KestrelHost.Build(_log.Log, (services, kestrel) =>
        {
            kestrel.ConfigureKestrel(options => options.ForGrpc().ConfigureEndpointDefaults(endpoint => endpoint.UseGrpc()));
            kestrel.UseSocketFile(_socket);
            state.AddTo(services).AddGrpc(options =>
            {
                options.MaxReceiveMessageSize = MaxMessageBytes;
                options.Interceptors.Add(state.Audit.InterceptAsync);
            });
        });
        StateServices.Map(app);
        return app;
    }

    private DaemonOptions OptionsOf(string name) => new()
    {
        DataDir = Directory.CreateDirectory(_folder.In("data")).FullName,
        IdentityDir = _folder.In("data/identity"),
        Socket = _folder.In("pryvd.sock"),
        SocketGroup = null,
        Listen = _listen,
        Advertise = null,
        Name = name,
        Datacenter = "dc1",
        Group = "",
        Tags = new Dictionary<string, string> { ["rack"] = "r1" },
        LogLevel = LogEventLevel.Verbose,
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
