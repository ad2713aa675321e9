using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace Pryv.Grpc.Wire;

/// <summary>Unpacks a compressed message, never to more than the limit.</summary>
internal static class Gzip
{
    private const int ChunkSize = 16 * 1024;

    public static void Decompress(in ReadOnlySequence<byte> payload, PooledBuffer output, int? maxSize)
    {
        using var gzip = new GZipStream(new MemoryStream(payload.ToArray(), writable: false), CompressionMode.Decompress);
        try
        {
            for (var count = -1; count != 0;)
            {
                count = gzip.Read(output.GetSpan(ChunkSize));
                output.Advance(count);
                ThrowIfAbove(maxSize, output.WrittenCount);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The gzip data of a message is damaged.", e));
        }
    }

    private static void ThrowIfAbove(int? maxSize, int size)
    {
        if (size > maxSize)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"A compressed message unpacks to more than MaxReceiveMessageSize, {maxSize} bytes."));
        }
    }
}
