using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pryv.Grpc.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what gRPC services need.</summary>
public static class GrpcServiceCollectionExtensions
{
    public static IServiceCollection AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions>? configureOptions = null)
    {
        services.AddRouting();
        services.AddOptions<GrpcServiceOptions>();
        services.TryAddSingleton<MappedServices>();
        return configureOptions is null ? services : services.Configure(configureOptions);
    }
}
