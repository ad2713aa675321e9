using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Simulation.Components;

/// <summary>The runs of one machine: they outlive the daemon, and a leased one is killed when its lease ends on the machine's clock.</summary>
internal sealed class SimGuard
{
    private readonly Dictionary<(InstanceId Instance, long Run), DriverInstance> _runs = [];

    /// <summary>Grows with each start.</summary>
    public int Starts { get; private set; }

    public IReadOnlyList<DriverInstance> All => [.. _runs.Values];

    public IEnumerable<DriverInstance> Alive => _runs.Values.Where(run => run.End is null);

    public DriverInstance Start(StartOrder order, long bootMs)
    {
        Starts++;
        SimulationException.Require(Alive.All(other => other.Instance != order.Instance || other.Run == order.Run), $"a second run of {order.Instance} is asked for while one lives");
        var run = new DriverInstance(order.Instance, order.Generation, order.Run, order.SpecVersion, order.Restart, 1, bootMs, order.LeaseEndBootMs, null);
        return _runs.TryAdd((order.Instance, order.Run), run) ? run : _runs[(order.Instance, order.Run)];
    }

    public void SetLease(InstanceId instance, long run, long endBootMs)
    {
        if (_runs.TryGetValue((instance, run), out var known) && known.End is null && known.LeaseEndBootMs is { } end)
        {
            _runs[(instance, run)] = known with { LeaseEndBootMs = Math.Max(end, endBootMs) };
        }
    }

    public void ShortenLease(InstanceId instance, long run, long endBootMs)
    {
        if (_runs.TryGetValue((instance, run), out var known) && known.End is null)
        {
            _runs[(instance, run)] = known with { LeaseEndBootMs = endBootMs };
        }
    }

    public void Forget(InstanceId instance, long run) => _runs.Remove((instance, run));

    public DriverInstance? End(InstanceId instance, long run, RunEndCause cause, long bootMs)
    {
        if (!_runs.TryGetValue((instance, run), out var known) || known.End is not null)
        {
            return null;
        }

        return _runs[(instance, run)] = known with { End = new RunEnd(cause, null, 9, bootMs) };
    }

    /// <summary>The machine lost power.</summary>
    public void Clear() => _runs.Clear();

    public IReadOnlyList<DriverInstance> Fence(long bootMs)
    {
        foreach (var run in _runs.Values)
        {
            if (run.End is null && run.LeaseEndBootMs <= bootMs)
            {
                return [.. Alive.Where(due => due.LeaseEndBootMs <= bootMs).ToList().Select(due => End(due.Instance, due.Run, RunEndCause.Fenced, bootMs)!)];
            }
        }

        return [];
    }
}
