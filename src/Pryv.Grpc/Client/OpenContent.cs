using System.Net;

namespace Pryv.Grpc.Client;

/// <summary>A request body that stays open, for messages to be written into, until it is completed.</summary>
internal sealed class OpenContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The body's stream, once the connection has taken the request.</summary>
    public Task<Stream> Opened => _opened.Task;

    public bool IsCompleted => _completed.Task.IsCompleted;

    public void Complete() => _completed.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await SendHeadersAsync(stream, cancellationToken).ConfigureAwait(false);
        if (!_opened.TrySetResult(stream))
        {
            throw new IOException("The connection was lost, and a stream of messages cannot be sent a second time.");
        }

        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The headers leave with a flush, for a server may answer before the first message; one that refused at once ends the writer's wait, too.</summary>
    private async Task SendHeadersAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused)
        {
            _opened.TrySetException(refused);
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
