using System.Runtime.CompilerServices;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Drivers;

/// <summary>Leaves a driver alone until there is something for it: a node that runs no components has no guard.</summary>
/// <param name="inner">The driver.</param>
/// <param name="folder">There as soon as the driver ran anything on this node.</param>
internal sealed class DriverWhenNeeded(IDriver inner, string folder) : IDriver
{
    private readonly TaskCompletionSource _needed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<IReadOnlyList<DriverInstance>> ListAsync(CancellationToken ct) => IsNeeded() ? await inner.ListAsync(ct).ConfigureAwait(false) : [];

    public Task<DriverInstance> StartAsync(StartOrder order, CancellationToken ct)
    {
        _needed.TrySetResult();
        return inner.StartAsync(order, ct);
    }

    public Task StopAsync(InstanceId instance, long run, StopPolicy stop, CancellationToken ct) => inner.StopAsync(instance, run, stop, ct);

    public Task SetLeaseAsync(InstanceId instance, long run, long leaseEndBootMs, CancellationToken ct) => inner.SetLeaseAsync(instance, run, leaseEndBootMs, ct);

    public Task ShortenLeaseAsync(InstanceId instance, long run, long leaseEndBootMs, CancellationToken ct) => inner.ShortenLeaseAsync(instance, run, leaseEndBootMs, ct);

    public Task ForgetAsync(InstanceId instance, long run, CancellationToken ct) => inner.ForgetAsync(instance, run, ct);

    public async IAsyncEnumerable<DriverInstance> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (!IsNeeded())
        {
            await _needed.Task.WaitAsync(ct).ConfigureAwait(false);
        }

        await foreach (var ended in inner.WatchAsync(ct).ConfigureAwait(false))
        {
            yield return ended;
        }
    }

    private bool IsNeeded()
    {
        if (!_needed.Task.IsCompleted && Directory.Exists(folder))
        {
            _needed.TrySetResult();
        }

        return _needed.Task.IsCompleted;
    }
}
