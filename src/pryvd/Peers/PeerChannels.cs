using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.Internal.V1;
using Pryvd.Peers.Identity;
using Pryvd.Peers.Links;

namespace Pryvd.Peers;

/// <summary>Connections to peers under mutual TLS, one channel a node and address; the peer must show the node that is meant.</summary>
public sealed class PeerChannels(Func<X509Certificate2> certificate, PeerCertificates judge, Action<PeerCheck> refused) : IDisposable
{
    /// <summary>
    /// A broken network swallows what is sent, and when it is mended TCP repeats it late: up to the time again that it was broken.
    /// A new connection gets through at once, so one that does not answer for this long is given up.
    /// </summary>
    private static readonly GrpcKeepAlive KeepAlive = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

    private readonly ConcurrentDictionary<(string Node, string Address), GrpcChannel> _channels = new();
    private CancellationTokenSource _linksEnd = new();
    private volatile bool _closed;

    /// <param name="node">The node id that must answer; empty when any member will do.</param>
    /// <param name="address">host:port.</param>
    public Peer.PeerClient Client(string node, string address) => new(Channel(node, address));

    /// <exception cref="RpcException">The session that these belong to has ended.</exception>
    public GrpcChannel Channel(string node, string address)
    {
        var channel = _closed ? null : _channels.GetOrAdd((node, address), key => Open(key.Node, key.Address));
        if (_closed)
        {
            // Closed meanwhile: what was opened after that must not stay.
            CloseAll();
        }

        return _closed || channel is null ? throw Ended() : channel;
    }

    /// <summary>A connection for consensus messages alone. Disposing it ends it.</summary>
    /// <param name="node">The node id that must answer.</param>
    /// <param name="address">host:port.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RpcException">The node cannot be reached, another one answers, or the session that these belong to has ended.</exception>
    public async Task<OpenLink> LinkAsync(string node, string address, CancellationToken cancel)
    {
        var end = _linksEnd.Token;
        var tls = PeerTls.Client(certificate(), judge, node, refused, PeerProtocol.Link);
        return _closed ? throw Ended() : new OpenLink(await LinkDialer.DialAsync(address, tls, cancel).ConfigureAwait(false), end);
    }

    /// <summary>No more connections are made.</summary>
    public void Dispose()
    {
        _closed = true;
        CloseAll();
    }

    /// <summary>Connections made with the former certificate end; the next calls use the new one.</summary>
    public void Renew() => CloseAll();

    private static RpcException Ended() => new(new Status(StatusCode.Unavailable, "this node's session has ended"));

    private void CloseAll()
    {
        Interlocked.Exchange(ref _linksEnd, new CancellationTokenSource()).Cancel();
        foreach (var key in _channels.Keys)
        {
            if (_channels.TryRemove(key, out var channel))
            {
                channel.Dispose();
            }
        }
    }

    private GrpcChannel Open(string node, string address) =>
        GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions
        {
            HttpHandler = GrpcTransport.MutualTls(certificate, (_, shown, _, _) => Accept(shown as X509Certificate2, node), KeepAlive),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = PeerProtocol.MaxMessageBytes,
            MaxSendMessageSize = PeerProtocol.MaxMessageBytes,
        });

    private bool Accept(X509Certificate2? shown, string node)
    {
        var check = judge.CheckServer(shown, node.Length == 0 ? null : node);
        if (!check.IsMember)
        {
            refused(check);
        }

        return check.IsMember;
    }
}
