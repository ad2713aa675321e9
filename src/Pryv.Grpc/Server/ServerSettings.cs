using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pryv.Grpc.Server;

/// <summary>The options of a server as its calls use them, read once when a service is mapped.</summary>
internal sealed record ServerSettings(
    int? MaxReceiveMessageSize,
    int? MaxSendMessageSize,
    ServerInterceptor[] Interceptors,
    CancellationToken Stopping,
    ILogger Logger)
{
    public static ServerSettings From(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        return new ServerSettings(
            options.MaxReceiveMessageSize,
            options.MaxSendMessageSize,
            [.. options.Interceptors],
            services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None,
            services.GetRequiredService<ILoggerFactory>().CreateLogger("Pryv.Grpc.Server"));
    }
}
