using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Pryvd.Peers.Links;

/// <summary>Opens connections for links.</summary>
internal static class LinkDialer
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    /// <summary>A connection under TLS. Disposing it ends it.</summary>
    /// <param name="address">host:port.</param>
    /// <param name="tls">Its target host is set here.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RpcException">Nobody answers there, or not as the node that is meant.</exception>
    public static async Task<SslStream> DialAsync(string address, SslClientAuthenticationOptions tls, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(ConnectPatience);
        Socket? socket = null;
        SslStream? stream = null;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            DeadPeers.NoticeSoon(socket);
            var target = new Uri($"https://{address}");
            await socket.ConnectAsync(EndPointOf(target), patience.Token).ConfigureAwait(false);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            tls.TargetHost = target.DnsSafeHost;
            await stream.AuthenticateAsClientAsync(tls, patience.Token).ConfigureAwait(false);
            return tls.ApplicationProtocols!.Contains(stream.NegotiatedApplicationProtocol)
                ? stream
                : throw new AuthenticationException($"it does not speak {tls.ApplicationProtocols[0]}; it may be of another version");
        }
        catch (Exception failure)
        {
            stream?.Dispose();
            socket?.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw failure switch
            {
                AuthenticationException => Unavailable($"The TLS handshake with {address} failed: {failure.GetBaseException().Message}"),
                OperationCanceledException => Unavailable($"{address} cannot be reached: it did not answer within {ConnectPatience.TotalSeconds:F0} s"),
                _ => Unavailable($"{address} cannot be reached: {failure.GetBaseException().Message}"),
            };
        }
    }

    private static EndPoint EndPointOf(Uri target) =>
        IPAddress.TryParse(target.DnsSafeHost, out var ip) ? new IPEndPoint(ip, target.Port) : new DnsEndPoint(target.DnsSafeHost, target.Port);

    private static RpcException Unavailable(string why) => new(new Status(StatusCode.Unavailable, why));
}
