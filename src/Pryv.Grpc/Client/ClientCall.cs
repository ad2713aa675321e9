using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc.Wire;

namespace Pryv.Grpc.Client;

/// <summary>
/// One call, from request to status. It ends exactly once, with the first verdict: the server's status, the deadline, a
/// cancellation or a broken transport. Whatever ends it early also resets the HTTP/2 stream, so that the server learns of it.
/// </summary>
internal sealed class ClientCall<TRequest, TResponse> : CallState where TRequest : class where TResponse : class
{
    private static readonly StreamPipeReaderOptions _readerOptions = new(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true);
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(49);

    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _cancellation;
    private Task<HttpResponseMessage>? _response;
    private PipeReader? _pipe;
    private MessageReader<TResponse>? _reader;
    private bool _hasMessage;
    private CallEnd? _end;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _options = options;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        Token = _cancellation.Token;
    }

    /// <summary>Fires when the call is to stop, for whatever reason.</summary>
    public CancellationToken Token { get; }

    public bool HasEndedWell => Volatile.Read(ref _end) is { IsWell: true };

    public override Task<Metadata> ResponseHeadersAsync => ReadHeadersAsync();

    private CallEnd KnownEnd =>
        Volatile.Read(ref _end) ?? throw new InvalidOperationException("The call is under way; status and trailers come with its end.");

    public override Status GetStatus() => KnownEnd.Status;

    public override Metadata GetTrailers() => KnownEnd.Trailers;

    public override void Dispose() => End(new Status(StatusCode.Cancelled, "The call was disposed before its end."), Metadata.Empty);

    public void Start(HttpContent content)
    {
        _response = SendAsync(content);
        if (_method.Type != MethodType.Unary)
        {
            // Between two reads of a stream nobody watches the token, yet the server is to hear of a cancellation at once.
            Token.UnsafeRegister(static call => ((ClientCall<TRequest, TResponse>)call!).EndCancelled(), this);
        }
    }

    /// <summary>Ends the call as its caller asked with a token of one read or write.</summary>
    public void Cancel() => End(new Status(StatusCode.Cancelled, "The call was cancelled by its caller."), Metadata.Empty);

    public async Task<TResponse> ReadSingleAsync()
    {
        // A call of these shapes that ends without a message has failed, so the first read cannot return null.
        var message = await ReadAsync().ConfigureAwait(false);
        return await ReadAsync().ConfigureAwait(false) is null
            ? message!
            : throw Fail(new RpcException(new Status(StatusCode.Internal, $"{_method.FullName} sent more than one response.")));
    }

    /// <summary>The next message, or null at the end of a call that went well.</summary>
    public async ValueTask<TResponse?> ReadAsync()
    {
        if (HasEndedWell)
        {
            return null;
        }

        try
        {
            _reader ??= await OpenAsync().ConfigureAwait(false);
            var message = await _reader.ReadAsync(Token).ConfigureAwait(false);
            if (message is null)
            {
                await EndWithResponseAsync().ConfigureAwait(false);
            }

            _hasMessage = true;
            return message;
        }
        catch (Exception e)
        {
            _pipe?.Complete();
            throw Fail(e);
        }
    }

    /// <summary>Ends the call because of an exception, and returns what to throw: the verdict that came first.</summary>
    public RpcException Fail(Exception exception)
    {
        End(Verdict(exception), (exception as RpcException)?.Trailers ?? Metadata.Empty);
        return KnownEnd.ToException();
    }

    /// <summary>
    /// What a failed write means. Null when the call ended well while the message was on its way: the server has had all that
    /// it wanted. Where the server has refused the call, its status may be still to be read.
    /// </summary>
    public RpcException? WriteFailure(Exception exception)
    {
        if (HasEndedWell)
        {
            return null;
        }

        return Volatile.Read(ref _end) is null && !Token.IsCancellationRequested && exception is not RpcException
            ? new RpcException(new Status(StatusCode.Unavailable, $"{_method.FullName} takes no more messages; its response says why.", exception))
            : Fail(exception);
    }

    private bool HasSingleResponse => _method.Type is MethodType.Unary or MethodType.ClientStreaming;

    private async Task<HttpResponseMessage> SendAsync(HttpContent content)
    {
        try
        {
            return await SendWithDeadlineAsync(content).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Fail(e);
        }
    }

    private Task<HttpResponseMessage> SendWithDeadlineAsync(HttpContent content)
    {
        var timeout = _options.Deadline?.ToUniversalTime() - DateTime.UtcNow;
        if (timeout <= TimeSpan.Zero)
        {
            throw new RpcException(DeadlineExceeded());
        }

        if (timeout < _longestTimer)
        {
            _cancellation.CancelAfter(timeout.Value);
        }

        var request = ClientRequest.Make(_channel.AddressOf(_method), content, _options.Headers, timeout);
        return _channel.Http.SendAsync(request, Token);
    }

    private async Task<MessageReader<TResponse>> OpenAsync()
    {
        var response = await _response!.ConfigureAwait(false);
        if (ClientResponse.Refusal(response) is { } refusal)
        {
            throw new RpcException(refusal, ClientResponse.Trailers(response));
        }

        _pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false), _readerOptions);
        return new MessageReader<TResponse>(
            _pipe, _method.ResponseMarshaller, _channel.MaxReceiveMessageSize, ClientResponse.Encoding(response));
    }

    private async ValueTask EndWithResponseAsync()
    {
        await _pipe!.CompleteAsync().ConfigureAwait(false);
        var response = await _response!.ConfigureAwait(false);
        var status = ClientResponse.FinalStatus(response);
        var isMissing = status.StatusCode == StatusCode.OK && !_hasMessage && HasSingleResponse;
        End(isMissing ? new Status(StatusCode.Internal, $"{_method.FullName} ended with OK but without a response.") : status, ClientResponse.Trailers(response));
        if (!HasEndedWell)
        {
            throw KnownEnd.ToException();
        }
    }

    private async Task<Metadata> ReadHeadersAsync()
    {
        try
        {
            return ClientResponse.Headers(await _response!.ConfigureAwait(false));
        }
        catch (Exception e)
        {
            throw Fail(e);
        }
    }

    private void EndCancelled() => End(Verdict(new OperationCanceledException()), Metadata.Empty);

    private void End(Status status, Metadata trailers)
    {
        if (Interlocked.CompareExchange(ref _end, new CallEnd(status, trailers), null) is not null)
        {
            return;
        }

        if (status.StatusCode != StatusCode.OK || _method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
        {
            _cancellation.Cancel();
        }

        ReleaseResponse();
        _cancellation.Dispose();
    }

    private void ReleaseResponse()
    {
        if (_response is { IsCompletedSuccessfully: true } response)
        {
            response.Result.Dispose();
            return;
        }

        // The response may still arrive while the call is being cancelled; its stream is reset all the same.
        _response?.ContinueWith(
            static late => late.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private Status Verdict(Exception exception)
    {
        if (exception is RpcException rpc)
        {
            return rpc.Status;
        }

        if (_options.CancellationToken.IsCancellationRequested)
        {
            return new Status(StatusCode.Cancelled, "The call was cancelled by its caller.", exception);
        }

        // A server that keeps the same deadline may reset the stream a moment before our own timer fires.
        return Token.IsCancellationRequested || DateTime.UtcNow >= _options.Deadline?.ToUniversalTime()
            ? DeadlineExceeded()
            : TransportFailure.ToStatus(exception, _channel.Target);
    }

    private Status DeadlineExceeded() => new(StatusCode.DeadlineExceeded, $"{_method.FullName} did not finish before its deadline.");
}
