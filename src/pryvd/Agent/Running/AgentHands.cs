using System.ComponentModel;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryvd.Agent.Artifacts;
using Pryvd.Agent.Checks;
using Pryvd.Agent.Core;
using Pryvd.Agent.Data;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Running;

/// <summary>Carries out effects, several at a time where they do not touch the same things; each answer goes back as an event.</summary>
internal sealed class AgentHands : IAsyncDisposable
{
    private const int DriverCallsAtOnce = 16;
    private const int VersionsAtOnce = 4;

    private readonly AgentParts _parts;
    private readonly Func<AgentEvent, ValueTask> _answer;
    private readonly CancellationToken _stop;
    private readonly CheckRunner _checks;
    private readonly SemaphoreSlim _driverCalls = new(DriverCallsAtOnce);
    private readonly SemaphoreSlim _versions = new(VersionsAtOnce);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _work = [];
    private AgentEffect.KeepVersions? _kept;
    private Task _diskWork = Task.CompletedTask;

    public AgentHands(AgentParts parts, Func<AgentEvent, ValueTask> answer, CancellationToken stop)
    {
        (_parts, _answer, _stop) = (parts, answer, stop);
        _checks = new CheckRunner(turned => answer(turned), () => BootClock.NowMs);
    }

    /// <summary>Work failed in a way that nobody foresaw.</summary>
    public TaskCompletionSource Fault { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins all of them; what must be durable first is when this returns.</summary>
    public void Carry(IReadOnlyList<AgentEffect> effects)
    {
        // What is made now must not be taken for what is kept no more.
        _kept = effects.OfType<AgentEffect.KeepVersions>().LastOrDefault() ?? _kept;
        foreach (var effect in effects)
        {
            Carry(effect);
        }
    }

    /// <summary>All that was begun so far has ended.</summary>
    public Task WhenDoneAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_work.ToList());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _checks.DisposeAsync().ConfigureAwait(false);
        await WhenDoneAsync().ConfigureAwait(false);
        _driverCalls.Dispose();
        _versions.Dispose();
    }

    private void Carry(AgentEffect effect)
    {
        switch (effect)
        {
            case AgentEffect.Remember remember: _parts.Memory.Write(remember.Memory); break;
            case AgentEffect.Say { Warning: true } say: _parts.Session.Parts.Logger.LogWarning("{Message}", say.Message); break;
            case AgentEffect.Say say: _parts.Session.Parts.Logger.LogInformation("{Message}", say.Message); break;
            case AgentEffect.Watch watch: Watch(watch); break;
            case AgentEffect.Unwatch unwatch: _checks.Unwatch(unwatch.Instance, unwatch.Run); break;
            case AgentEffect.KeepVersions: InTurn(() => _parts.Versions.Keep(_kept!), "unpacked versions that nothing needs could not be deleted"); break;
            case AgentEffect.CleanUp gone: InTurn(() => CleanUp(gone.Instance), $"what {gone.Instance} left could not be cleaned up"); break;
            case AgentEffect.MakeFolder folder: InTurn(() => _answer(MakeFolder(folder.Assignment)), null); break;
            case AgentEffect.MakeVersion version: Begin(() => MakeVersionAsync(version)); break;
            case AgentEffect.ListRuns: Begin(() => DriverAsync(async () => await _answer(new AgentEvent.RunsListed(await _parts.Driver.ListAsync(_stop).ConfigureAwait(false))).ConfigureAwait(false))); break;
            case AgentEffect.Start start: Begin(() => StartAsync(start.Order)); break;
            case AgentEffect.Stop stop: Begin(() => DriverAsync(() => _parts.Driver.StopAsync(stop.Instance, stop.Run, stop.Policy, _stop))); break;
            case AgentEffect.SetLease lease: Begin(() => DriverAsync(() => _parts.Driver.SetLeaseAsync(lease.Instance, lease.Run, lease.LeaseEndBootMs, _stop))); break;
            case AgentEffect.ShortenLease lease: Begin(() => DriverAsync(() => _parts.Driver.ShortenLeaseAsync(lease.Instance, lease.Run, lease.LeaseEndBootMs, _stop))); break;
            case AgentEffect.Forget forget: Begin(() => DriverAsync(() => _parts.Driver.ForgetAsync(forget.Instance, forget.Run, _stop))); break;
            case AgentEffect.Report report: Begin(() => ReportAsync(report)); break;
            default: throw new InvalidOperationException($"nobody carries out {effect.GetType().Name}");
        }
    }

    private void Begin(Func<Task> work)
    {
        var task = Task.Run(() => GuardedAsync(work));
        lock (_gate)
        {
            _work.Add(task);
        }

        _ = task.ContinueWith(
            done =>
            {
                lock (_gate)
                {
                    _work.Remove(done);
                }
            },
            TaskScheduler.Default);
    }

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The session ends; the next one looks at what really is.
        }
        catch (Exception failure)
        {
            Fault.TrySetException(failure);
        }
    }

    /// <summary>Folders are made and deleted one after the other, in the order in which it was asked.</summary>
    private void InTurn(Func<ValueTask> work, string? failed)
    {
        var former = _diskWork;
        var turn = new TaskCompletionSource();
        _diskWork = turn.Task;
        Begin(async () =>
        {
            try
            {
                await former.ConfigureAwait(false);
                await work().ConfigureAwait(false);
            }
            catch (Exception failure) when (failed is not null && failure is IOException or UnauthorizedAccessException)
            {
                _parts.Session.Parts.Logger.LogWarning("On this node {What}: {Reason}", failed, failure.Message);
            }
            finally
            {
                turn.SetResult();
            }
        });
    }

    private void InTurn(Action work, string failed) => InTurn(
        () =>
        {
            work();
            return ValueTask.CompletedTask;
        },
        failed);

    private AgentEvent MakeFolder(Assignment order)
    {
        try
        {
            if (_parts.Folders.Make(order) is { } aside)
            {
                _parts.Session.Parts.Logger.LogWarning("{Message}", aside);
            }

            return new AgentEvent.FolderMade(order.Instance, order.Generation);
        }
        catch (DataLostException lost)
        {
            return new AgentEvent.FolderFailed(order.Instance, order.Generation, lost.Message, true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new AgentEvent.FolderFailed(order.Instance, order.Generation, failure.Message, false);
        }
    }

    private void CleanUp(InstanceId instance)
    {
        if (_parts.Folders.CleanUp(instance) is { } kept)
        {
            _parts.Session.Parts.Logger.LogWarning("{Instance} is not this node's any more; its data stays in {Folder}. Delete it when nobody needs it.", instance, kept);
        }
    }

    private async Task MakeVersionAsync(AgentEffect.MakeVersion version)
    {
        await _versions.WaitAsync(_stop).ConfigureAwait(false);
        try
        {
            await _parts.Versions.MakeAsync(version.Key, version.Spec, stage => _ = _answer(new AgentEvent.VersionStaged(version.Key, stage)).AsTask(), _stop).ConfigureAwait(false);
            await _answer(new AgentEvent.VersionMade(version.Key)).ConfigureAwait(false);
        }
        catch (ArtifactException failure)
        {
            await _answer(new AgentEvent.VersionFailed(version.Key, failure.Message, failure.IsFinal)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await _answer(new AgentEvent.VersionFailed(version.Key, failure.Message, false)).ConfigureAwait(false);
        }
        finally
        {
            _versions.Release();
        }
    }

    private async Task StartAsync(StartOrder order)
    {
        await _driverCalls.WaitAsync(_stop).ConfigureAwait(false);
        try
        {
            var program = ProgramPath.Find(order.Command[0], order.Environment[InstanceVariables.Artifact], order.Environment["PATH"]);
            var run = await _parts.Driver.StartAsync(order with { Command = [program, .. order.Command.Skip(1)] }, _stop).ConfigureAwait(false);
            await _answer(new AgentEvent.Started(run)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DriverException or FileNotFoundException)
        {
            await _answer(new AgentEvent.StartFailed(order.Instance, order.Run, failure.Message)).ConfigureAwait(false);
        }
        finally
        {
            _driverCalls.Release();
        }
    }

    private async Task DriverAsync(Func<Task> call)
    {
        await _driverCalls.WaitAsync(_stop).ConfigureAwait(false);
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (DriverException failure)
        {
            await _answer(new AgentEvent.DriverFailed(failure.Message)).ConfigureAwait(false);
        }
        finally
        {
            _driverCalls.Release();
        }
    }

    private async Task ReportAsync(AgentEffect.Report report)
    {
        try
        {
            var reply = await _parts.ReportAsync(report.Message, TimeSpan.FromMilliseconds(report.PatienceMs), _stop).ConfigureAwait(false);
            await _answer(new AgentEvent.ReportAnswered(report.Message.Sequence, reply)).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            _parts.Session.Parts.Logger.LogDebug("The agent's report was not taken: {Reason}", failure.Status.Detail);
            await _answer(new AgentEvent.ReportFailed(report.Message.Sequence)).ConfigureAwait(false);
        }
    }

    private void Watch(AgentEffect.Watch watch)
    {
        var (run, assignment) = (watch.Run, watch.Assignment);
        var environment = StartOrders.EnvironmentOf(assignment, _parts.Self, _parts.Session.Epoch);
        _checks.Watch(run, assignment, new ProbeTarget(
            _parts.Self.Address, assignment.Ports, environment, environment[InstanceVariables.Data], environment[InstanceVariables.Artifact], assignment.Spec.User));
    }
}
