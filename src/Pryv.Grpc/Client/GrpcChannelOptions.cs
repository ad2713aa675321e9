namespace Grpc.Net.Client;

/// <summary>How a channel reaches its server, and what it takes from it.</summary>
public sealed class GrpcChannelOptions
{
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>Carries the calls; <see cref="Pryv.Grpc.GrpcTransport"/> makes handlers for sockets and mutual TLS.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the channel disposes <see cref="HttpHandler"/> with itself.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>The largest message to take, in bytes, after decompression; null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>The largest message to send, in bytes; null for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }
}
