using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc.Reflection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps server reflection.</summary>
public static class GrpcReflectionEndpointRouteBuilderExtensions
{
    /// <summary>Answers for all services of this server, under the name v1 and the older v1alpha.</summary>
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
    {
        builder.MapGrpcService(services => AlphaReflection.Define(services.GetRequiredService<ReflectionServiceImpl>()));
        return builder.MapGrpcService<ReflectionServiceImpl>();
    }
}
