namespace Pryv.Grpc;

/// <summary>What one connection to a server may hold, and when a silent peer counts as dead.</summary>
public sealed record GrpcServerLimits(
    int MaxStreamsPerConnection,
    int ConnectionWindowBytes,
    int StreamWindowBytes,
    TimeSpan KeepAlivePingDelay,
    TimeSpan KeepAlivePingTimeout)
{
    public static readonly GrpcServerLimits Default = new(
        MaxStreamsPerConnection: 1024,
        ConnectionWindowBytes: 8 * 1024 * 1024,
        StreamWindowBytes: 1024 * 1024,
        KeepAlivePingDelay: TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout: TimeSpan.FromSeconds(10));
}
