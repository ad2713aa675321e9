namespace Grpc.AspNetCore.Server;

/// <summary>What holds for all services of a server.</summary>
public sealed class GrpcServiceOptions
{
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>The largest message to take, in bytes, after decompression; null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>The largest message to send, in bytes; null for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Run around every call, the first one outermost.</summary>
    public IList<ServerInterceptor> Interceptors { get; } = [];
}
