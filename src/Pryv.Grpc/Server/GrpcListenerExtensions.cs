using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Pryv.Grpc;

/// <summary>Sets Kestrel up for gRPC.</summary>
public static class GrpcListenerExtensions
{
    /// <summary>
    /// Limits for all listeners of this server: no minimum data rates, since an idle stream is not an attack, flow-control windows
    /// for replication, and keepalive pings that notice a dead peer.
    /// </summary>
    public static KestrelServerOptions ForGrpc(this KestrelServerOptions kestrel, GrpcServerLimits? limits = null)
    {
        limits ??= GrpcServerLimits.Default;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
        kestrel.Limits.Http2.InitialConnectionWindowSize = limits.ConnectionWindowBytes;
        kestrel.Limits.Http2.InitialStreamWindowSize = limits.StreamWindowBytes;
        kestrel.Limits.Http2.KeepAlivePingDelay = limits.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = limits.KeepAlivePingTimeout;
        return kestrel;
    }

    /// <summary>Speaks HTTP/2 alone on this listener: prior knowledge on a socket, ALPN over TLS.</summary>
    public static ListenOptions UseGrpc(this ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        return listen;
    }
}
