using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pryvd.Hosting;

/// <summary>What Microsoft.Extensions.Hosting.Systemd would add; docs/dependencies.md says why it is not used.</summary>
public static class SystemdServiceCollection
{
    /// <param name="services">The host's services.</param>
    /// <param name="notifier">From <see cref="SystemdNotifier.FromEnvironment"/>.</param>
    /// <param name="isAlive">Whether the daemon makes progress; asked at the watchdog's interval, must return at once.</param>
    public static IServiceCollection AddSystemd(this IServiceCollection services, SystemdNotifier notifier, Func<bool> isAlive) =>
        services.AddHostedService(provider => new SystemdService(
            notifier, provider.GetRequiredService<IHostApplicationLifetime>(), isAlive, TimeProvider.System));
}
