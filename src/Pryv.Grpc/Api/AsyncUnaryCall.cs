using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A call of one request and one response.</summary>
public sealed class AsyncUnaryCall<TResponse> : IDisposable
{
    private readonly CallState _state;

    public AsyncUnaryCall(
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
        : this(responseAsync, new DelegatedCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction))
    {
    }

    internal AsyncUnaryCall(Task<TResponse> responseAsync, CallState state)
    {
        ResponseAsync = responseAsync;
        _state = state;
    }

    public Task<TResponse> ResponseAsync { get; }

    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) =>
        ResponseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>The headers, once the server has sent them.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync;

    /// <summary>How the call ended; throws while it is under way.</summary>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>The trailers; throws while the call is under way.</summary>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <summary>Frees what the call holds; cancels it if it is under way.</summary>
    public void Dispose() => _state.Dispose();
}
