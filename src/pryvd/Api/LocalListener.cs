using Grpc.AspNetCore.Server;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc;
using Pryvd.Agent.Artifacts;
using Pryvd.Hosting;
using Pryvd.Hosting.Serving;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The local socket: the public API, reflection and health.</summary>
internal static class LocalListener
{
    private const int MaxMessageBytes = 8 * 1024 * 1024;

    public static KestrelHost Build(SocketFile socket, NodeHost host, LeaderCalls leader, SystemdNotifier systemd, Serilog.ILogger log)
    {
        var state = new StateServices(host, leader, log);
        state.Register();
        var raft = new RaftService(host, leader);
        raft.Register(leader);
        var app = KestrelHost.Build(log, (services, kestrel) =>
        {
            // The defaults must stand before the endpoint that they are for.
            kestrel.ConfigureKestrel(options => options.ForGrpc().ConfigureEndpointDefaults(endpoint => endpoint.UseGrpc()));
            kestrel.UseSocketFile(socket);
            services.AddSystemd(systemd, () => Daemon.IsAlive(host));
            state.AddTo(services);
            services.AddGrpc(options =>
            {
                options.MaxReceiveMessageSize = MaxMessageBytes;
                options.Interceptors.Add(state.Audit.InterceptAsync);
                options.Interceptors.Add(StoreFaults.InterceptAsync);
            });
            services.AddGrpcReflection();
            services.AddSingleton<HealthServiceImpl>();
            services.AddSingleton(raft);
            services.AddSingleton(new ClusterService(host, leader));
            services.AddSingleton(new ArtifactService(() => host.Artifacts));
        });
        app.MapGrpcService<ClusterService>();
        app.MapGrpcService<RaftService>();
        app.MapGrpcService<ArtifactService>();
        StateServices.Map(app);
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGrpcReflectionService();
        return app;
    }
}
