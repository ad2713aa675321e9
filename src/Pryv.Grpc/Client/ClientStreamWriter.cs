using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>Streams messages to a server, one write at a time.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(
    ClientCall<TRequest, TResponse> call, OpenContent content, Marshaller<TRequest> marshaller, int? maxSize) : IClientStreamWriter<TRequest>
    where TRequest : class where TResponse : class
{
    private int _isWriting;

    public WriteOptions? WriteOptions { get; set; }

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isWriting, 1) != 0)
        {
            throw new InvalidOperationException("The last write has not ended; await each write before the next.");
        }

        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall<TRequest, TResponse>)state!).Cancel(), call);
        try
        {
            ThrowIfOver();
            await SendAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    public Task CompleteAsync()
    {
        content.Complete();
        return Task.CompletedTask;
    }

    private async ValueTask SendAsync(TRequest message)
    {
        try
        {
            using var buffer = new PooledBuffer();
            new FrameWriter(buffer, maxSize).Write(marshaller, message);
            var stream = await content.Opened.WaitAsync(call.Token).ConfigureAwait(false);
            await stream.WriteAsync(buffer.WrittenMemory, call.Token).ConfigureAwait(false);
            if (WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) != true)
            {
                await stream.FlushAsync(call.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            if (call.WriteFailure(e) is { } failure)
            {
                throw failure;
            }
        }
    }

    private void ThrowIfOver()
    {
        if (content.IsCompleted || call.HasEndedWell)
        {
            throw new InvalidOperationException("The request stream is over: it was completed, or the server has ended the call with OK.");
        }
    }
}
