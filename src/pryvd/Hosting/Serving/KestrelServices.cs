using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Pryvd.Hosting.Serving;

/// <summary>What Kestrel's own extensions need of a web host's builder to register it: the services.</summary>
internal sealed class KestrelServices(IServiceCollection services) : IWebHostBuilder
{
    public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
    {
        configureServices(services);
        return this;
    }

    public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
    {
        configureServices(new WebHostBuilderContext(), services);
        return this;
    }

    public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => throw NoConfiguration();

    public string? GetSetting(string key) => null;

    public IWebHostBuilder UseSetting(string key, string? value) => throw NoConfiguration();

    [Obsolete("As IWebHost is; nobody builds one from this.")]
    IWebHost IWebHostBuilder.Build() => throw new NotSupportedException($"{nameof(KestrelHost)} is what is built.");

    private static NotSupportedException NoConfiguration() => new("Kestrel is set up by code; the daemon's configuration is its own.");
}
