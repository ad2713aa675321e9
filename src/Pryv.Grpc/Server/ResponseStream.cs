using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>Writes messages into the response; a write waits while the caller's flow control holds it back.</summary>
internal sealed class ResponseStream<T>(HttpCallContext context, Marshaller<T> marshaller, int? maxSize) : IServerStreamWriter<T> where T : class
{
    private readonly FrameWriter _frames = new(context.Http.Response.BodyWriter, maxSize);
    private WriteOptions? _writeOptions;
    private int _isWriting;
    private volatile bool _isClosed;

    public bool HasWritten { get; private set; }

    public WriteOptions? WriteOptions
    {
        get => _writeOptions ?? context.WriteOptions;
        set => _writeOptions = value;
    }

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isWriting, 1) != 0)
        {
            throw new InvalidOperationException("The last write has not ended; await each write before the next.");
        }

        try
        {
            ThrowIfOver(cancellationToken);
            WriteUnflushed(message);
            if (WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) != true)
            {
                await FlushAsync(cancellationToken);
            }
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    /// <summary>Leaves the flush to the end of the response, so that message and trailers leave together.</summary>
    public void WriteUnflushed(T message)
    {
        try
        {
            _frames.Write(marshaller, message);
            HasWritten = true;
        }
        catch when (_frames.IsTorn)
        {
            // Half a message is in the pipe: only a reset tells the caller that what came is not the whole.
            context.Http.Abort();
            throw;
        }
    }

    /// <summary>Keeps a handler's forgotten task from writing into a response that has ended.</summary>
    public void Close() => _isClosed = true;

    private void ThrowIfOver(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        context.CancellationToken.ThrowIfCancellationRequested();
        if (_isClosed)
        {
            throw new InvalidOperationException("The call has ended; a message can only be written before the handler returns.");
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        using var both = cancellationToken.CanBeCanceled && cancellationToken != context.CancellationToken
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.CancellationToken)
            : null;
        var result = await context.Http.Response.BodyWriter.FlushAsync(both?.Token ?? context.CancellationToken);
        if (result.IsCompleted)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller takes no more messages."));
        }
    }
}
