namespace Grpc.Core;

/// <summary>A call of one request and many responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly CallState _state;

    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
        : this(responseStream, new DelegatedCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction))
    {
    }

    internal AsyncServerStreamingCall(IAsyncStreamReader<TResponse> responseStream, CallState state)
    {
        ResponseStream = responseStream;
        _state = state;
    }

    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>The headers, once the server has sent them.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync;

    /// <summary>How the call ended; throws while it is under way.</summary>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>The trailers; throws while the call is under way.</summary>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <summary>Frees what the call holds; cancels it if it is under way.</summary>
    public void Dispose() => _state.Dispose();
}
