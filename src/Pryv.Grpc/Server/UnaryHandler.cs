using Grpc.Core;

namespace Pryv.Grpc.Server;

/// <summary>One request, one response.</summary>
internal sealed class UnaryHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler, ServerSettings settings)
    : CallHandler<TRequest, TResponse>(method, settings)
    where TRequest : class where TResponse : class
{
    protected override async Task ServeAsync(
        RequestStream<TRequest> requests, ResponseStream<TResponse> responses, HttpCallContext context)
    {
        var request = await requests.ReadSingleAsync();
        var response = await handler(request, context);
        if (context.Status.StatusCode == StatusCode.OK && !context.CancellationToken.IsCancellationRequested)
        {
            responses.WriteUnflushed(response);
        }
    }
}
