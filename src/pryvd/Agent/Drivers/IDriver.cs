using Pryvd.Model.Components;

namespace Pryvd.Agent.Drivers;

/// <summary>
/// Starts, watches and stops instances on this node; what it runs outlives the daemon and is found again. Calls may come again
/// after a failure: each does nothing where its effect is there already. Failures are <see cref="DriverException"/>.
/// </summary>
public interface IDriver
{
    /// <summary>All that it runs, and all that ended and was not yet forgotten.</summary>
    Task<IReadOnlyList<DriverInstance>> ListAsync(CancellationToken ct);

    /// <summary>Starts one; a run that is there already is left alone. Fails when another run of the same instance is still alive.</summary>
    Task<DriverInstance> StartAsync(StartOrder order, CancellationToken ct);

    /// <summary>Asks it to end with the signal, and kills its whole group after the grace. Returns at once; its end is an event.</summary>
    Task StopAsync(InstanceId instance, long run, StopPolicy stop, CancellationToken ct);

    /// <summary>A leased one is killed when CLOCK_BOOTTIME passes this, daemon or no daemon; the end only grows.</summary>
    Task SetLeaseAsync(InstanceId instance, long run, long leaseEndBootMs, CancellationToken ct);

    /// <summary>Brings the end of a lease nearer. What runs it may be older and not know how; a listing tells whether it did.</summary>
    Task ShortenLeaseAsync(InstanceId instance, long run, long leaseEndBootMs, CancellationToken ct);

    /// <summary>The end of the run was taken note of and need not be kept any longer.</summary>
    Task ForgetAsync(InstanceId instance, long run, CancellationToken ct);

    /// <summary>
    /// Each end that is not forgotten yet, then each new one; one may come twice. Completes when the driver itself is lost (then watch and list again).
    /// </summary>
    IAsyncEnumerable<DriverInstance> WatchAsync(CancellationToken ct);
}
