using System.Collections.Immutable;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Core;

/// <summary>
/// A node without a machine: a driver that is a list, a leader that grants what is claimed, work that ends when the test says so. It
/// counts as broken whatever must never be asked of a real one.
/// </summary>
internal sealed class World
{
    public static readonly NodeId Self = new("node-1");

    private readonly List<AgentEffect> _undone = [];
    private readonly List<DriverInstance> _runs = [];
    private readonly Dictionary<InstanceId, Assignment> _orders = [];
    private readonly Dictionary<InstanceId, InstanceStatus> _recorded = [];
    private readonly Dictionary<InstanceId, long> _highestRun = [];
    private AgentMemory _memory = AgentMemory.Empty;
    private AgentCore _core;

    public World() => _core = NewCore();

    public long Now { get; private set; } = 1_000;

    public long Applied { get; set; } = 100;

    public Epoch Epoch { get; set; } = Epoch.First;

    public List<string> Said { get; } = [];

    public List<StartOrder> Starts { get; } = [];

    public List<InstanceId> CleanedUp { get; } = [];

    /// <summary>The checks that are on.</summary>
    public Dictionary<(InstanceId Instance, long Run), IReadOnlyList<CheckSpec>> Watched { get; } = [];

    public List<AgentReport> Reports { get; } = [];

    public bool LeaderIsThere { get; set; } = true;

    public bool CanStart { get; set; } = true;

    public string? FolderFault { get; set; }

    public bool DataLost { get; set; }

    public string? VersionFault { get; set; }

    /// <summary>Where <see cref="VersionFault"/> strikes.</summary>
    public VersionStage VersionFaultAt { get; set; } = VersionStage.Fetching;

    /// <summary>How often a version was to be made ready.</summary>
    public int VersionTries { get; private set; }

    public AgentCore Core => _core;

    public IReadOnlyDictionary<InstanceId, Assignment> Orders => _orders;

    public IEnumerable<DriverInstance> Alive => _runs.Where(r => r.End is null);

    public DriverInstance? Run(InstanceId instance) => Alive.SingleOrDefault(r => r.Instance == instance);

    public LocalStatus? Status(InstanceId instance) => _core.Instances.FirstOrDefault(f => f.Instance == instance)?.Status;

    /// <summary>A command was applied that changed this node's orders.</summary>
    public void Order(InstanceId instance, Func<Assignment?, long, Assignment?> change)
    {
        Applied++;
        if (change(_orders.GetValueOrDefault(instance), Applied) is { } next)
        {
            _orders[instance] = next;
        }
        else
        {
            _orders.Remove(instance);
        }

        Apply();
    }

    public void Apply() => Hear(new AgentEvent.OrdersChanged(State()));

    public Orders State() => new(
        Epoch,
        new LogIndex(Applied),
        true,
        _orders.Values.ToImmutableSortedDictionary(a => a.Instance, a => a),
        _recorded.Values.Where(s => _orders.TryGetValue(s.Instance, out var order) && order.Generation == s.Generation).ToImmutableSortedDictionary(s => s.Instance, s => s));

    public void Hear(AgentEvent happened)
    {
        foreach (var effect in _core.Step(happened, Now))
        {
            if (effect is AgentEffect.Remember remember)
            {
                _memory = remember.Memory;
            }
            else
            {
                _undone.Add(effect);
            }
        }
    }

    /// <summary>Does one thing that was asked, the one at a position; false when nothing is left to do.</summary>
    public bool Do(int position)
    {
        if (_undone.Count == 0)
        {
            return false;
        }

        var index = position % _undone.Count;
        var effect = _undone[index];
        if (InstanceOf(effect) is { } instance)
        {
            // What is asked of one instance is done in its order.
            index = _undone.FindIndex(e => InstanceOf(e) == instance);
            effect = _undone[index];
        }

        _undone.RemoveAt(index);
        Carry(effect);
        return true;
    }

    public void DoAll()
    {
        while (Do(0))
        {
            Assert.True(Said.Count < 10_000, "the agent does not come to rest");
        }
    }

    public void Pass(long ms)
    {
        Now += ms;
        foreach (var run in Alive.Where(r => r.LeaseEndBootMs < Now).ToList())
        {
            End(run, new RunEnd(RunEndCause.Fenced, null, 9, run.LeaseEndBootMs!.Value));
        }

        Hear(new AgentEvent.Tick());
    }

    /// <summary>Lets time pass as the agent asks for it, doing all that it wants.</summary>
    public void Live(long ms)
    {
        for (var until = Now + ms; Now < until;)
        {
            DoAll();
            Pass(Math.Clamp(_core.NextWakeBootMs - Now, 1, Math.Min(1_000, until - Now)));
        }

        DoAll();
    }

    public void Crash(DriverInstance run, int exitCode) => End(run, new RunEnd(RunEndCause.Exited, exitCode, 0, Now));

    /// <summary>The daemon is killed and comes back; what it had asked for and nobody did is gone.</summary>
    public void RestartDaemon()
    {
        _undone.Clear();
        Watched.Clear();
        _core = NewCore();
        Apply();
    }

    /// <summary>The node keeps nothing of its own: local.db is gone.</summary>
    public void LoseMemory() => _memory = AgentMemory.Empty;

    private AgentCore NewCore() => new(new AgentSelf(Self, "run", "n1", "dc1", "10.0.0.1", "/run/pryvd/pryvd.sock", new AgentPaths("/data")), _memory);

    private void End(DriverInstance run, RunEnd end)
    {
        var ended = run with { End = end };
        _runs[_runs.FindIndex(r => r.Instance == run.Instance && r.Run == run.Run)] = ended;
        Hear(new AgentEvent.RunEnded(ended));
    }

    private void Carry(AgentEffect effect)
    {
        switch (effect)
        {
            case AgentEffect.ListRuns: Hear(new AgentEvent.RunsListed([.. _runs])); break;
            case AgentEffect.MakeFolder folder: Hear(FolderAnswer(folder.Assignment)); break;
            case AgentEffect.MakeVersion version:
                VersionTries++;
                Hear(new AgentEvent.VersionStaged(version.Key, VersionFault is null ? VersionStage.Fetching : VersionFaultAt));
                Hear(VersionFault is { } fault ? new AgentEvent.VersionFailed(version.Key, fault, false) : new AgentEvent.VersionMade(version.Key));
                break;
            case AgentEffect.Start start: Start(start.Order); break;
            case AgentEffect.Stop stop when Find(stop.Instance, stop.Run) is { End: null } run: End(run, new RunEnd(RunEndCause.Stopped, 0, 0, Now)); break;
            case AgentEffect.SetLease lease when Find(lease.Instance, lease.Run) is { End: null } run:
                _runs[_runs.IndexOf(run)] = run with { LeaseEndBootMs = Math.Max(run.LeaseEndBootMs ?? 0, lease.LeaseEndBootMs) };
                break;
            case AgentEffect.ShortenLease lease when Find(lease.Instance, lease.Run) is { End: null } run:
                _runs[_runs.IndexOf(run)] = run with { LeaseEndBootMs = lease.LeaseEndBootMs };
                break;
            case AgentEffect.Forget forget: _runs.RemoveAll(r => r.Instance == forget.Instance && r.Run == forget.Run && r.End is not null); break;
            case AgentEffect.Watch watch: Assert.True(Watched.TryAdd((watch.Run.Instance, watch.Run.Run), watch.Assignment.Spec.Checks), "watched twice"); break;
            case AgentEffect.Unwatch unwatch: Assert.True(Watched.Remove((unwatch.Instance, unwatch.Run)), "not watched"); break;
            case AgentEffect.CleanUp gone: CleanedUp.Add(gone.Instance); break;
            case AgentEffect.Report report: Answer(report.Message); break;
            case AgentEffect.Say say: Said.Add(say.Message); break;
            default: break;
        }
    }

    private AgentEvent FolderAnswer(Assignment order) => DataLost
        ? new AgentEvent.FolderFailed(order.Instance, order.Generation, "the marker is missing", true)
        : FolderFault is { } fault ? new AgentEvent.FolderFailed(order.Instance, order.Generation, fault, false) : new AgentEvent.FolderMade(order.Instance, order.Generation);

    private DriverInstance? Find(InstanceId instance, long run) => _runs.Find(r => r.Instance == instance && r.Run == run);

    private void Start(StartOrder order)
    {
        Assert.Null(Run(order.Instance));
        Assert.True(order.Run > _highestRun.GetValueOrDefault(order.Instance), "run numbers only grow");
        _highestRun[order.Instance] = order.Run;
        if (!CanStart || order.LeaseEndBootMs < Now)
        {
            Hear(new AgentEvent.StartFailed(order.Instance, order.Run, "no such program"));
            return;
        }

        Starts.Add(order);
        var run = new DriverInstance(order.Instance, order.Generation, order.Run, order.SpecVersion, order.Restart, 4711, Now, order.LeaseEndBootMs, null);
        _runs.Add(run);
        Hear(new AgentEvent.Started(run));
    }

    private void Answer(AgentReport report)
    {
        Reports.Add(report);
        if (!LeaderIsThere)
        {
            Hear(new AgentEvent.ReportFailed(report.Sequence));
            return;
        }

        foreach (var status in report.Statuses)
        {
            var instance = new InstanceId(status.Component, status.Ordinal);
            var state = Enum.Parse<InstanceState>(status.State.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            _recorded[instance] = new InstanceStatus(
                instance, Self, status.Generation, status.SpecVersion, status.Restart, state, status.Detail, Now, new LogIndex(++Applied));
            if (status.HomeMade && _orders.TryGetValue(instance, out var order) && order.Generation == status.Generation)
            {
                _orders[instance] = order with { HomeMade = true };
            }
        }

        var reply = new AgentReportReply { IntervalMs = 1_000, Epoch = Epoch.Value, Applied = Applied };
        reply.Leases.Add(report.Claims.Where(c => _orders.TryGetValue(new InstanceId(c.Component, c.Ordinal), out var o) && o.Generation == c.Generation).Select(c => new LeaseGrant
        {
            Component = c.Component, Ordinal = c.Ordinal, Generation = c.Generation, TtlMs = 3_000,
        }));
        Hear(new AgentEvent.ReportAnswered(report.Sequence, reply));
        if (report.Statuses.Count > 0)
        {
            Apply();
        }
    }

    /// <summary>The lease of what runs is this long from now: as after a planned stop.</summary>
    public void Lengthen(InstanceId instance, long ms)
    {
        var run = Run(instance)!;
        _runs[_runs.IndexOf(run)] = run with { LeaseEndBootMs = Now + ms };
    }

    private static InstanceId? InstanceOf(AgentEffect effect) => effect switch
    {
        AgentEffect.Start start => start.Order.Instance,
        AgentEffect.Stop stop => stop.Instance,
        AgentEffect.SetLease lease => lease.Instance,
        AgentEffect.ShortenLease lease => lease.Instance,
        AgentEffect.Forget forget => forget.Instance,
        AgentEffect.CleanUp gone => gone.Instance,
        AgentEffect.MakeFolder folder => folder.Assignment.Instance,
        AgentEffect.Watch watch => watch.Run.Instance,
        AgentEffect.Unwatch unwatch => unwatch.Instance,
        _ => null,
    };
}
