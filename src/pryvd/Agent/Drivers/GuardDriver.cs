using System.Runtime.CompilerServices;
using Pryv.Internal.V1;
using Pryvd.Guard;
using Pryvd.Guard.Native;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Drivers;

/// <summary>Instances under the guard of this node's data folder, as its children or as units of systemd; starts a guard where none answers.</summary>
public sealed class GuardDriver : IDriver, IAsyncDisposable
{
    private static readonly TimeSpan SupervisorPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SupervisorPace = TimeSpan.FromMilliseconds(100);

    private readonly GuardFolder _folder;
    private readonly GuardLauncher _launcher;
    private readonly SemaphoreSlim _opening = new(1);
    private GuardConnection? _connection;

    /// <param name="dataDir">The daemon's data folder.</param>
    public GuardDriver(string dataDir)
        : this(dataDir, GuardLauncher.OwnProgram)
    {
    }

    /// <param name="dataDir">The daemon's data folder.</param>
    /// <param name="program">What runs pryvd.</param>
    internal GuardDriver(string dataDir, IReadOnlyList<string> program)
    {
        _folder = GuardFolder.In(dataDir);
        _launcher = new GuardLauncher(program, Path.GetFullPath(dataDir));
    }

    public async Task<IReadOnlyList<DriverInstance>> ListAsync(CancellationToken ct)
    {
        var reply = await CallAsync(() => new GuardRequest { List = new GuardList() }, ct).ConfigureAwait(false);
        return [.. reply.Runs.Runs.Select(GuardMessages.InstanceOf)];
    }

    public async Task<DriverInstance> StartAsync(StartOrder order, CancellationToken ct)
    {
        var reply = await CallAsync(() => GuardMessages.RequestOf(order), ct).ConfigureAwait(false);
        return GuardMessages.InstanceOf(reply.Run);
    }

    public Task StopAsync(InstanceId instance, long run, StopPolicy stop, CancellationToken ct)
    {
        var signal = PosixSignals.NumberOf(stop.Signal);
        if (signal == 0)
        {
            throw new DriverException($"'{stop.Signal}' is no signal; SIGTERM, SIGINT and SIGQUIT are the usual ones.");
        }

        return CallAsync(
            () => new GuardRequest
            {
                Stop = new GuardStop { Component = instance.Component, Ordinal = instance.Ordinal, Run = run, Signal = signal, GraceMs = stop.GraceMs },
            }, ct);
    }

    public Task SetLeaseAsync(InstanceId instance, long run, long leaseEndBootMs, CancellationToken ct) => LeaseAsync(instance, run, leaseEndBootMs, shorten: false, ct);

    public Task ShortenLeaseAsync(InstanceId instance, long run, long leaseEndBootMs, CancellationToken ct) => LeaseAsync(instance, run, leaseEndBootMs, shorten: true, ct);

    public Task ForgetAsync(InstanceId instance, long run, CancellationToken ct) => CallAsync(
        () => new GuardRequest { Forget = new GuardForget { Component = instance.Component, Ordinal = instance.Ordinal, Run = run } }, ct);

    public async IAsyncEnumerable<DriverInstance> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // A connection of its own, so that each watcher is told of each end.
        await using var connection = await OpenAsync(ct).ConfigureAwait(false);
        await WatchOn(connection, ct).ConfigureAwait(false);
        await foreach (var ended in connection.Ends.ReadAllAsync(ct).ConfigureAwait(false))
        {
            yield return GuardMessages.InstanceOf(ended);
        }
    }

    /// <summary>Lets go of the guard; it and all that it runs go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _opening.Dispose();
    }

    private Task<GuardReply> LeaseAsync(InstanceId instance, long run, long endBootMs, bool shorten, CancellationToken ct) => CallAsync(
        () => new GuardRequest
        {
            Lease = new GuardLease { Component = instance.Component, Ordinal = instance.Ordinal, Run = run, LeaseEndBootMs = endBootMs, Shorten = shorten },
        }, ct);

    private static async Task WatchOn(GuardConnection connection, CancellationToken ct)
    {
        try
        {
            await connection.CallAsync(new GuardRequest { Watch = new GuardWatch() }, ct).ConfigureAwait(false);
        }
        catch (GuardLostException)
        {
            // Then the ends are complete at once, which says so.
        }
    }

    // Calls do nothing where their effect is there already, so one that was cut off is made again.
    private async Task<GuardReply> CallAsync(Func<GuardRequest> request, CancellationToken ct)
    {
        try
        {
            return await CallOnceAsync(request(), ct).ConfigureAwait(false);
        }
        catch (GuardLostException)
        {
            return await CallAgainAsync(request(), ct).ConfigureAwait(false);
        }
    }

    private async Task<GuardReply> CallAgainAsync(GuardRequest request, CancellationToken ct)
    {
        try
        {
            return await CallOnceAsync(request, ct).ConfigureAwait(false);
        }
        catch (GuardLostException e)
        {
            throw new DriverException($"The guard was lost twice within one call; {_folder.LogPath} may tell why.", e);
        }
    }

    private async Task<GuardReply> CallOnceAsync(GuardRequest request, CancellationToken ct) =>
        await (await ConnectionAsync(ct).ConfigureAwait(false)).CallAsync(request, ct).ConfigureAwait(false);

    private async Task<GuardConnection> ConnectionAsync(CancellationToken ct)
    {
        if (_connection is { IsLost: false } open)
        {
            return open;
        }

        await _opening.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _connection is { IsLost: false } opened ? opened : _connection = await OpenOrStartAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    // Two watchers and a caller may come at the same time: one of them starts the guard.
    private async Task<GuardConnection> OpenAsync(CancellationToken ct)
    {
        await _opening.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await OpenOrStartAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    // One that systemd runs is waited for: a second one would be this daemon's, and stop with its unit.
    private async Task<GuardConnection?> FindAsync(CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; ; waited += SupervisorPace)
        {
            if (await GuardConnection.TryOpenAsync(_folder.Address(), ct).ConfigureAwait(false) is { } found)
            {
                return found;
            }

            if (waited >= SupervisorPatience || !_folder.IsSupervised())
            {
                return null;
            }

            await Task.Delay(SupervisorPace, ct).ConfigureAwait(false);
        }
    }

    private async Task<GuardConnection> OpenOrStartAsync(CancellationToken ct)
    {
        try
        {
            if (await FindAsync(ct).ConfigureAwait(false) is { } found)
            {
                return found;
            }

            await _launcher.StartAsync(ct).ConfigureAwait(false);
            return await GuardConnection.TryOpenAsync(_folder.Address(), ct).ConfigureAwait(false)
                ?? throw new DriverException($"The guard was started and is not to be reached at {_folder.Address()}; {_folder.LogPath} may tell why.");
        }
        catch (ArgumentException e)
        {
            throw new DriverException($"The guard's socket {_folder.Address()} cannot be used: {e.Message}", e);
        }
    }
}
