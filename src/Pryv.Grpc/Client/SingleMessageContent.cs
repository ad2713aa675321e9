using System.Net;
using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>A request of one message, serialised once into pooled memory and written in one go.</summary>
internal sealed class SingleMessageContent<T>(Marshaller<T> marshaller, T message, int? maxSize) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer();
        new FrameWriter(buffer, maxSize).Write(marshaller, message);
        await stream.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        // Without a length HTTP/2 just ends the stream; computing it would walk the message once more.
        length = 0;
        return false;
    }
}
