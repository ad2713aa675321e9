namespace Pryv.Grpc.Tests.Hosting;

/// <summary>The ways to a server that the daemon uses.</summary>
public enum Transport
{
    UnixSocket,
    MutualTls,
}
