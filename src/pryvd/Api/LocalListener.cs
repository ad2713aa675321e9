using Grpc.AspNetCore.Server;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pryv.Grpc;
using Pryvd.Agent.Artifacts;
using Pryvd.Hosting;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The local socket: the public API, reflection and health.</summary>
internal static class LocalListener
{
    private const int MaxMessageBytes = 8 * 1024 * 1024;

    public static WebApplication Build(SocketFile socket, NodeHost host, LeaderCalls leader, SystemdNotifier systemd, Serilog.ILogger log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.UseSerilog(log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(3));

        // The defaults must stand before the endpoint that they are for.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ForGrpc().ConfigureEndpointDefaults(endpoint => endpoint.UseGrpc()));
        builder.WebHost.UseSocketFile(socket);
        builder.Services.AddSystemd(systemd, () => Daemon.IsAlive(host));
        var state = new StateServices(host, leader, log);
        state.Register();
        state.AddTo(builder.Services);
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = MaxMessageBytes;
            options.Interceptors.Add(state.Audit.InterceptAsync);
            options.Interceptors.Add(StoreFaults.InterceptAsync);
        });
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton<HealthServiceImpl>();
        var raft = new RaftService(host, leader);
        raft.Register(leader);
        builder.Services.AddSingleton(raft);
        builder.Services.AddSingleton(new ClusterService(host, leader));
        builder.Services.AddSingleton(new ArtifactService(() => host.Artifacts));
        var app = builder.Build();
        app.MapGrpcService<ClusterService>();
        app.MapGrpcService<RaftService>();
        app.MapGrpcService<ArtifactService>();
        StateServices.Map(app);
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGrpcReflectionService();
        return app;
    }
}
