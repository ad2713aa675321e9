using Grpc.Core;

namespace Pryv.Grpc.Server;

/// <summary>A stream each way.</summary>
internal sealed class DuplexHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler, ServerSettings settings)
    : CallHandler<TRequest, TResponse>(method, settings)
    where TRequest : class where TResponse : class
{
    protected override Task ServeAsync(
        RequestStream<TRequest> requests, ResponseStream<TResponse> responses, HttpCallContext context) =>
        handler(requests, responses, context);
}
