namespace Grpc.Core;

/// <summary>Streams messages to the other side, one write at a time; a write ends when flow control lets it.</summary>
public interface IAsyncStreamWriter<in T>
{
    WriteOptions? WriteOptions { get; set; }

    Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    Task WriteAsync(T message, CancellationToken cancellationToken);
}
