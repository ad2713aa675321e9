using System.Collections.Concurrent;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Checks;

/// <summary>Runs the checks of the instances of this node (H1), each on its own; tells when all together turn.</summary>
/// <param name="turned">Told of each turn; not to throw.</param>
/// <param name="bootMs">CLOCK_BOOTTIME.</param>
internal sealed class CheckRunner(Func<AgentEvent.CheckTurned, ValueTask> turned, Func<long> bootMs) : IAsyncDisposable
{
    /// <summary>Until a check has passed for the first time it is made at least so often: a start is seen soon.</summary>
    private const int EagerMs = 200;

    private readonly ConcurrentDictionary<(InstanceId Instance, long Run), Watched> _watched = new();

    public void Watch(DriverInstance run, Assignment assignment, ProbeTarget target)
    {
        var checks = assignment.Spec.Checks.Where(c => c.Kind != CheckKind.Process).ToList();
        if (checks.Count > 0)
        {
            var watched = new Watched(this, run, checks, target);
            if (_watched.TryAdd((run.Instance, run.Run), watched))
            {
                watched.Begin();
            }
        }
    }

    public void Unwatch(InstanceId instance, long run)
    {
        if (_watched.TryRemove((instance, run), out var watched))
        {
            _ = watched.EndAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var key in _watched.Keys)
        {
            if (_watched.TryRemove(key, out var watched))
            {
                await watched.EndAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The checks of one run.</summary>
    private sealed class Watched(CheckRunner runner, DriverInstance run, List<CheckSpec> checks, ProbeTarget target)
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SemaphoreSlim _gate = new(1);
        private readonly (CheckTally Tally, string Detail)[] _results = [.. checks.Select(_ => (CheckTally.New, ""))];
        private bool? _said;
        private Task _running = Task.CompletedTask;

        public void Begin() => _running = Task.WhenAll(checks.Select((_, number) => Task.Run(() => RepeatAsync(number))));

        public async Task EndAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
            _stop.Dispose();
            _gate.Dispose();
        }

        private async Task RepeatAsync(int number)
        {
            var check = checks[number];
            try
            {
                while (!_stop.IsCancellationRequested)
                {
                    var problem = await Probes.LookAsync(check, target, _stop.Token).ConfigureAwait(false);
                    await TakeAsync(number, problem).ConfigureAwait(false);
                    var pause = _results[number].Tally.IsHealthy is null ? Math.Min(EagerMs, check.IntervalMs) : check.IntervalMs;
                    await Task.Delay(pause, _stop.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The run ended, or is being stopped: nobody asks any more.
            }
        }

        private async Task TakeAsync(int number, string? problem)
        {
            await _gate.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                var check = checks[number];
                var starting = runner.IsStarting(run, check);
                _results[number] = (_results[number].Tally.With(problem is null, starting, check), problem is null ? "" : $"check {check.Name}: {problem}");
                if (Verdict() is { } verdict && verdict != _said)
                {
                    _said = verdict;
                    await runner.SayAsync(run, verdict, verdict ? "" : Why()).ConfigureAwait(false);
                }
            }
            finally
            {
                _gate.Release();
            }
        }

        /// <summary>One that is unhealthy is enough; for the other verdict all are needed.</summary>
        private bool? Verdict() => _results.Any(r => r.Tally.IsHealthy == false) ? false : _results.All(r => r.Tally.IsHealthy == true) ? true : null;

        private string Why() => string.Join("; ", _results.Where(r => r.Tally.IsHealthy == false && r.Detail.Length > 0).Select(r => r.Detail));
    }

    private bool IsStarting(DriverInstance run, CheckSpec check) => bootMs() - run.StartedBootMs < check.StartupMs;

    private ValueTask SayAsync(DriverInstance run, bool healthy, string detail) => turned(new AgentEvent.CheckTurned(run.Instance, run.Run, healthy, detail));
}
