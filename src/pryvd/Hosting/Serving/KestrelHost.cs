using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;

namespace Pryvd.Hosting.Serving;

/// <summary>
/// Kestrel, the services that are mapped on it, and nothing else. A WebApplication brings configuration, middleware, routing and signals that a
/// daemon has no use for: two of them took a tenth of a start's processor time and 7 MB.
/// </summary>
internal sealed class KestrelHost : IEndpointRouteBuilder, IAsyncDisposable
{
    /// <summary>How long calls that are being answered may hold up a stop.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ServiceProvider _services;
    private readonly ApplicationLifetime _lifetime;

    private KestrelHost(ServiceProvider services) =>
        (_services, _lifetime) = (services, (ApplicationLifetime)services.GetRequiredService<IHostApplicationLifetime>());

    public IServiceProvider ServiceProvider => _services;

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IHostApplicationLifetime Lifetime => _lifetime;

    /// <param name="log">For what Kestrel and the services say.</param>
    /// <param name="configure">Adds the services, and says on the builder where Kestrel listens and how.</param>
    public static KestrelHost Build(Serilog.ILogger log, Action<IServiceCollection, IWebHostBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.UseSerilog(log)).AddMetrics();
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddSingleton<DiagnosticSource>(_ => new DiagnosticListener("Microsoft.AspNetCore"));
        var kestrel = new KestrelServices(services);
        kestrel.UseKestrelCore();
        configure(services, kestrel);
        return new KestrelHost(services.BuildServiceProvider());
    }

    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);

    /// <exception cref="IOException">An address cannot be bound.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        KestrelScheduling.GoOnInline(Server);
        await Server.StartAsync(new CallTable(DataSources), cancel).ConfigureAwait(false);
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(cancel).ConfigureAwait(false);
        }

        _lifetime.NotifyStarted();
    }

    /// <summary>Ends streams, takes no more calls, and lets those end that are being answered.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        _lifetime.StopApplication();
        foreach (var hosted in _services.GetServices<IHostedService>().Reverse())
        {
            await hosted.StopAsync(patience.Token).ConfigureAwait(false);
        }

        await Server.StopAsync(patience.Token).ConfigureAwait(false);
        _lifetime.NotifyStopped();
    }

    /// <summary>One that was not stopped breaks its calls off.</summary>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private IServer Server => _services.GetRequiredService<IServer>();
}
