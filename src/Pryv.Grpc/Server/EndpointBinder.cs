using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Pryv.Grpc.Server;

/// <summary>Turns each method of a service into an endpoint.</summary>
internal sealed class EndpointBinder(IEndpointRouteBuilder endpoints, ServerSettings settings) : ServiceBinderBase
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder builder, ServiceBinding binding)
    {
        var mapped = builder.ServiceProvider.GetService<MappedServices>()
            ?? throw new InvalidOperationException("gRPC is not registered; add services.AddGrpc() before mapping a service.");
        var group = builder.MapGroup("");
        var binder = new EndpointBinder(group, ServerSettings.From(builder.ServiceProvider));
        binding.Bind(binder);
        if (binding.Descriptor is not null)
        {
            mapped.Add(binding.Descriptor);
        }

        if (mapped.TryClaimFallback())
        {
            builder.Map("/{grpcService}/{grpcMethod}", UnknownMethod.AnswerAsync).WithOrder(int.MaxValue);
        }

        return group;
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Add(method, new UnaryHandler<TRequest, TResponse>(method, Required(handler, method), settings).HandleAsync);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, new ClientStreamingHandler<TRequest, TResponse>(method, Required(handler, method), settings).HandleAsync);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, new ServerStreamingHandler<TRequest, TResponse>(method, Required(handler, method), settings).HandleAsync);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, new DuplexHandler<TRequest, TResponse>(method, Required(handler, method), settings).HandleAsync);

    private static T Required<T>(T? handler, IMethod method) where T : Delegate =>
        handler ?? throw new InvalidOperationException($"{method.FullName} was bound without a handler.");

    private void Add(IMethod method, RequestDelegate handler) =>
        endpoints.Map(method.FullName, handler).WithDisplayName($"gRPC {method.FullName}");
}
