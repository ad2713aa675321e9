using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc.Server;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps services to their paths.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Maps a service that is registered as a singleton: one instance serves all calls.</summary>
    public static IEndpointConventionBuilder MapGrpcService<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var service = builder.ServiceProvider.GetService<TService>() ?? throw new InvalidOperationException(
            $"{typeof(TService).Name} is not registered; add services.AddSingleton<{typeof(TService).Name}>() before mapping it.");
        return EndpointBinder.Map(builder, ServiceBinding.Of(service));
    }

    /// <summary>Maps a service by the definition that its generated <c>BindService</c> made; nothing is looked up by name.</summary>
    public static IEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder builder, Func<IServiceProvider, ServerServiceDefinition> getServiceDefinition)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return EndpointBinder.Map(builder, ServiceBinding.Of(getServiceDefinition(builder.ServiceProvider)));
    }
}
