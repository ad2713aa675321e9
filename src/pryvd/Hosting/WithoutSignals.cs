using Microsoft.Extensions.Hosting;

namespace Pryvd.Hosting;

/// <summary>The lifetime of a host that ends when its owner stops it, and not by a signal to the process.</summary>
internal sealed class WithoutSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
