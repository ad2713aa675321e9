using Grpc.Core;

namespace Pryv.Grpc.Server;

/// <summary>One request, many responses.</summary>
internal sealed class ServerStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler, ServerSettings settings)
    : CallHandler<TRequest, TResponse>(method, settings)
    where TRequest : class where TResponse : class
{
    protected override async Task ServeAsync(
        RequestStream<TRequest> requests, ResponseStream<TResponse> responses, HttpCallContext context) =>
        await handler(await requests.ReadSingleAsync(), responses, context);
}
