using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pryv.Grpc.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers server reflection.</summary>
public static class GrpcReflectionServiceCollectionExtensions
{
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        services.AddGrpc();
        services.TryAddSingleton(provider => new ReflectionServiceImpl(provider.GetRequiredService<MappedServices>().Descriptors));
        return services;
    }
}
