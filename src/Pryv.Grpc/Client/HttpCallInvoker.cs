using Grpc.Core;
using Grpc.Net.Client;

namespace Pryv.Grpc.Client;

/// <summary>Starts calls on a channel.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start(new SingleMessageContent<TRequest>(method.RequestMarshaller, request, channel.MaxSendMessageSize));
        return new AsyncUnaryCall<TResponse>(call.ReadSingleAsync(), call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start(new SingleMessageContent<TRequest>(method.RequestMarshaller, request, channel.MaxSendMessageSize));
        return new AsyncServerStreamingCall<TResponse>(new ClientStreamReader<TRequest, TResponse>(call), call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var (call, writer) = StartStream(method, options);
        return new AsyncClientStreamingCall<TRequest, TResponse>(writer, call.ReadSingleAsync(), call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var (call, writer) = StartStream(method, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(writer, new ClientStreamReader<TRequest, TResponse>(call), call);
    }

    private (ClientCall<TRequest, TResponse> Call, ClientStreamWriter<TRequest, TResponse> Writer) StartStream<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class where TResponse : class
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        var content = new OpenContent();
        call.Start(content);
        var writer = new ClientStreamWriter<TRequest, TResponse>(call, content, method.RequestMarshaller, channel.MaxSendMessageSize)
        {
            WriteOptions = options.WriteOptions,
        };
        return (call, writer);
    }
}
