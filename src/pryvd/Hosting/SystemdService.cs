using Microsoft.Extensions.Hosting;

namespace Pryvd.Hosting;

/// <summary>Tells systemd that the host lives, and when it stops. That it is ready says who knows it, by <see cref="SystemdNotifier.Ready"/>.</summary>
/// <param name="notifier">Says it.</param>
/// <param name="lifetime">Tells when the host begins to stop.</param>
/// <param name="isAlive">Asked before each sign of life; while it says no, systemd's watchdog runs out.</param>
/// <param name="clock">For the interval.</param>
public sealed class SystemdService(
    SystemdNotifier notifier, IHostApplicationLifetime lifetime, Func<bool> isAlive, TimeProvider clock) : IHostedService, IDisposable
{
    private readonly List<IDisposable> _registrations = [];

    private ITimer? _watchdog;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(lifetime.ApplicationStopping.Register(notifier.Stopping));
        if (notifier is { IsEnabled: true, WatchdogInterval: { } interval })
        {
            _watchdog = clock.CreateTimer(_ => SignLife(), null, TimeSpan.Zero, interval);
        }

        return Task.CompletedTask;
    }

    // The signs of life go on until the process ends: handing over leadership may take longer than the watchdog allows.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _watchdog?.Dispose();
        _registrations.ForEach(registration => registration.Dispose());
    }

    private void SignLife()
    {
        if (isAlive())
        {
            notifier.Watchdog();
        }
    }
}
