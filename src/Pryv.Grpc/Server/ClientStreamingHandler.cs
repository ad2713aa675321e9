using Grpc.Core;

namespace Pryv.Grpc.Server;

/// <summary>Many requests, one response.</summary>
internal sealed class ClientStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler, ServerSettings settings)
    : CallHandler<TRequest, TResponse>(method, settings)
    where TRequest : class where TResponse : class
{
    protected override async Task ServeAsync(
        RequestStream<TRequest> requests, ResponseStream<TResponse> responses, HttpCallContext context)
    {
        var response = await handler(requests, context);
        if (context.Status.StatusCode == StatusCode.OK && !context.CancellationToken.IsCancellationRequested)
        {
            responses.WriteUnflushed(response);
        }
    }
}
