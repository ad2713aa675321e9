using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Pryvd.Hosting;

/// <summary>Kestrel on a <see cref="SocketFile"/>, and who its callers are.</summary>
public static class KestrelSocketFile
{
    /// <summary>Kestrel's Unix endpoint gets our socket, with its mode and group; all others are bound as usual.</summary>
    public static IWebHostBuilder UseSocketFile(this IWebHostBuilder builder, SocketFile file)
    {
        builder.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(file.Path));
        return builder.UseSockets(options =>
        {
            // Handlers are quick or asynchronous, so a read goes on where it ended, without another thread.
            options.UnsafePreferInlineScheduling = true;
            options.CreateBoundListenSocket = endPoint =>
                endPoint is UnixDomainSocketEndPoint ? file.Bind() : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        });
    }

    /// <summary>Who called, for the audit log; null when the connection did not come over the local socket.</summary>
    public static PeerCredentials? LocalCaller(this IFeatureCollection features) =>
        features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket ? PeerCredentials.Of(socket) : null;
}
