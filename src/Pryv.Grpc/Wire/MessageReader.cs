using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;

namespace Pryv.Grpc.Wire;

/// <summary>
/// Reads framed messages from a pipe, parsing each in place. What does not hold the protocol is an <see cref="RpcException"/>
/// with the status that the caller should see.
/// </summary>
internal sealed class MessageReader<T>(PipeReader pipe, Marshaller<T> marshaller, int? maxSize, string? encoding) where T : class
{
    private readonly ReceivedPayload _payload = new();

    /// <summary>The next message, or null once the other side has ended its stream.</summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryTake(result.Buffer, out var message) || (result.IsCompleted && IsCleanEnd(result.Buffer)))
            {
                return message;
            }
        }
    }

    /// <summary>The one message of a stream that must hold exactly one.</summary>
    public async ValueTask<T> ReadSingleAsync(CancellationToken cancellationToken)
    {
        var message = await ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Broken("The stream ended without the one message that this method takes.");
        return await ReadAsync(cancellationToken).ConfigureAwait(false) is null
            ? message
            : throw Broken("The stream holds more than the one message that this method takes.");
    }

    private static RpcException Broken(string what, Exception? cause = null) => new(new Status(StatusCode.Internal, what, cause));

    private bool TryTake(ReadOnlySequence<byte> buffer, out T? message)
    {
        var (consumed, examined) = (buffer.End, buffer.End);
        try
        {
            message = TryParse(buffer, out consumed);
            examined = message is null ? buffer.End : consumed;
            return message is not null;
        }
        finally
        {
            pipe.AdvanceTo(consumed, examined);
        }
    }

    private T? TryParse(in ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        consumed = buffer.Start;
        if (!FramePrefix.TryRead(buffer, out var prefix))
        {
            return null;
        }

        Check(prefix);
        if (buffer.Length - FramePrefix.Size < prefix.Length)
        {
            return null;
        }

        var payload = buffer.Slice(FramePrefix.Size, prefix.Length);
        consumed = payload.End;
        return prefix.Flag == 0 ? Parse(payload) : ParseCompressed(payload);
    }

    private void Check(FramePrefix prefix)
    {
        if (prefix.Flag > 1)
        {
            throw Broken($"A message begins with the flag {prefix.Flag}; only 0 and 1 have a meaning.");
        }

        if (prefix.Length > (maxSize ?? Array.MaxLength))
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"A message of {prefix.Length} bytes is larger than MaxReceiveMessageSize, {maxSize ?? Array.MaxLength} bytes."));
        }

        if (prefix.Flag == 1 && encoding != WireHeaders.GzipEncoding)
        {
            throw Broken($"A message is marked as compressed, but {WireHeaders.Encoding} is '{encoding ?? WireHeaders.IdentityEncoding}'.");
        }
    }

    private T ParseCompressed(in ReadOnlySequence<byte> payload)
    {
        using var unpacked = new PooledBuffer();
        Gzip.Decompress(payload, unpacked, maxSize);
        return Parse(new ReadOnlySequence<byte>(unpacked.WrittenMemory));
    }

    private T Parse(in ReadOnlySequence<byte> payload)
    {
        _payload.Payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(_payload);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Broken($"A message could not be parsed as {typeof(T).Name}.", e);
        }
        finally
        {
            _payload.Payload = default;
        }
    }

    private static bool IsCleanEnd(in ReadOnlySequence<byte> rest) =>
        rest.IsEmpty ? true : throw Broken($"The stream ended in the middle of a message, {rest.Length} bytes into it.");
}
