using Grpc.Core;

namespace Pryv.Grpc.Client;

/// <summary>The messages that a server streams.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class where TResponse : class
{
    private TResponse? _current;

    public TResponse Current => _current ?? throw new InvalidOperationException("There is no current message; call MoveNext first, and go on while it is true.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall<TRequest, TResponse>)state!).Cancel(), call);
        _current = await call.ReadAsync().ConfigureAwait(false);
        return _current is not null;
    }
}
