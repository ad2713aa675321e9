using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Pryv.Grpc;

/// <summary>
/// Makes handlers for a channel: <c>GrpcChannel.ForAddress("http://localhost", new() { HttpHandler = GrpcTransport.UnixSocket(path) })</c>.
/// </summary>
public static class GrpcTransport
{
    private const int StreamWindowBytes = 1024 * 1024;
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Plain HTTP/2, or TLS with the system's trust where the address is https.</summary>
    public static SocketsHttpHandler Tcp(GrpcKeepAlive? keepAlive = null) => Handler(keepAlive);

    /// <summary>HTTP/2 over a Unix socket; the host in the channel's address has no meaning.</summary>
    public static SocketsHttpHandler UnixSocket(string path, GrpcKeepAlive? keepAlive = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var handler = Handler(keepAlive);
        handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        return handler;
    }

    /// <summary>
    /// Mutual TLS 1.3. Both functions are asked at every handshake, so that a renewed certificate or authority is used from the
    /// next connection on. <paramref name="validateServer"/> alone decides; the address of the channel is what SNI says.
    /// </summary>
    public static SocketsHttpHandler MutualTls(
        Func<X509Certificate2> clientCertificate, RemoteCertificateValidationCallback validateServer, GrpcKeepAlive? keepAlive = null)
    {
        ArgumentNullException.ThrowIfNull(clientCertificate);
        ArgumentNullException.ThrowIfNull(validateServer);
        var handler = Handler(keepAlive);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => clientCertificate(),
            RemoteCertificateValidationCallback = validateServer,
        };
        return handler;
    }

    private static SocketsHttpHandler Handler(GrpcKeepAlive? keepAlive)
    {
        keepAlive ??= GrpcKeepAlive.Default;
        return new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = _connectTimeout,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = keepAlive.Delay,
            KeepAlivePingTimeout = keepAlive.Timeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        };
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot connect to the socket {path}: {e.Message}.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
