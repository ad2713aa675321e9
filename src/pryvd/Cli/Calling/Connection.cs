using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;
using RaftApi = Pryv.V1.Raft;

namespace Pryvd.Cli.Calling;

/// <summary>The way to the daemon on this machine.</summary>
internal sealed class Connection : IDisposable
{
    // A page of a thousand large variables; the daemon bounds what it sends by its own rules.
    private const int MaxReplyBytes = 64 * 1024 * 1024;

    // sun_path of struct sockaddr_un, less its closing zero.
    private const int MaxSocketPath = 107;

    private readonly GrpcChannel _channel;

    public Connection(string socket)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(socket) is 0 or > MaxSocketPath || socket.Contains('\0'))
        {
            throw CliException.Usage($"The path of the socket must have 1 to {MaxSocketPath} bytes.", "give a shorter one with --socket");
        }

        Socket = socket;
        var options = new GrpcChannelOptions
        {
            HttpHandler = GrpcTransport.UnixSocket(socket),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxReplyBytes,
        };
        _channel = GrpcChannel.ForAddress("http://localhost", options);
    }

    public string Socket { get; }

    public Cluster.ClusterClient Cluster => new(_channel);

    public Tokens.TokensClient Tokens => new(_channel);

    public Nodes.NodesClient Nodes => new(_channel);

    public Vars.VarsClient Vars => new(_channel);

    public Events.EventsClient Events => new(_channel);

    public RaftApi.RaftClient Raft => new(_channel);

    public Snapshots.SnapshotsClient Snapshots => new(_channel);

    public Components.ComponentsClient Components => new(_channel);

    public Artifacts.ArtifactsClient Artifacts => new(_channel);

    public Logs.LogsClient Logs => new(_channel);

    public Routes.RoutesClient Routes => new(_channel);

    /// <summary>Whether a status was made by this side because the daemon could not be reached or went away.</summary>
    public static bool IsLost(RpcException e) => e.StatusCode == StatusCode.Unavailable && e.Status.DebugException is not null;

    /// <summary>What the socket itself says when somebody connects; null when it lets them in.</summary>
    public SocketError? Probe()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Socket));
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public void Dispose() => _channel.Dispose();
}
