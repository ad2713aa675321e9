using Grpc.Core;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Server;

/// <summary>The messages of a caller.</summary>
internal sealed class RequestStream<T>(MessageReader<T> reader, CancellationToken callToken) : IAsyncStreamReader<T> where T : class
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message; call MoveNext first, and go on while it is true.");

    public async ValueTask<T> ReadSingleAsync()
    {
        try
        {
            return await reader.ReadSingleAsync(callToken);
        }
        catch (IOException e)
        {
            throw CallerGone(e);
        }
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var both = cancellationToken.CanBeCanceled && cancellationToken != callToken
            ? CancellationTokenSource.CreateLinkedTokenSource(callToken, cancellationToken)
            : null;
        _current = null;
        try
        {
            _current = await reader.ReadAsync(both?.Token ?? callToken);
            return _current is not null;
        }
        catch (IOException e)
        {
            throw CallerGone(e);
        }
    }

    /// <summary>A read may see the reset of a stream before the call's token has fired.</summary>
    private static RpcException CallerGone(IOException cause) => new(new Status(StatusCode.Cancelled, "The caller is gone.", cause));
}
