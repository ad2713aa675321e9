using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The services on the replicated state: tokens, nodes, variables, events, snapshots, components, routes, output; and the audit log around all calls of the socket.</summary>
internal sealed class StateServices
{
    private readonly TokenService _tokens;
    private readonly NodeService _nodes;
    private readonly VarService _vars;
    private readonly EventService _events;
    private readonly SnapshotService _snapshots;
    private readonly ComponentService _components;
    private readonly RouteService _routes;
    private readonly LogService _logs;

    public StateServices(NodeHost host, LeaderCalls leader, Serilog.ILogger log, WatchLimits? limits = null)
    {
        var bounds = limits ?? WatchLimits.Default;
        var reads = new Reads(host);
        var writes = new Writes(host, leader);
        var watches = new Watches(host, bounds);
        Audit = new AuditLog(host, log);
        _tokens = new TokenService(host, leader, reads, writes);
        _nodes = new NodeService(reads, writes, watches);
        _vars = new VarService(reads, writes, watches, new Secrets(host, leader, Audit));
        _events = new EventService(reads, watches);
        _snapshots = new SnapshotService(host, bounds);
        _components = new ComponentService(host, leader, reads, writes, watches);
        _routes = new RouteService(host, watches);
        _logs = new LogService(host, watches);
    }

    /// <summary>Its <see cref="AuditLog.InterceptAsync"/> belongs to the interceptors of the local socket.</summary>
    public AuditLog Audit { get; }

    /// <summary>Makes known what the leader does for the writes.</summary>
    public void Register()
    {
        _tokens.Register();
        _nodes.Register();
        _vars.Register();
        _components.Register();
    }

    public IServiceCollection AddTo(IServiceCollection services) => services
        .AddSingleton(_tokens).AddSingleton(_nodes).AddSingleton(_vars).AddSingleton(_events).AddSingleton(_snapshots)
        .AddSingleton(_components).AddSingleton(_routes).AddSingleton(_logs);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGrpcService<TokenService>();
        app.MapGrpcService<NodeService>();
        app.MapGrpcService<VarService>();
        app.MapGrpcService<EventService>();
        app.MapGrpcService<SnapshotService>();
        app.MapGrpcService<ComponentService>();
        app.MapGrpcService<RouteService>();
        app.MapGrpcService<LogService>();
    }
}
