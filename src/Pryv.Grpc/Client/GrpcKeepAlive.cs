namespace Pryv.Grpc;

/// <summary>When a client pings a quiet connection, and how long it waits for the answer before it counts as dead.</summary>
public sealed record GrpcKeepAlive(TimeSpan Delay, TimeSpan Timeout)
{
    public static readonly GrpcKeepAlive Default = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
}
