using System.Globalization;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>
/// The agent of one node, without its hands: what it hears goes in, what is to be done comes out. One thread; no I/O, no clock. It decides
/// nothing but what its orders leave to it: when to start again (H5), and that nothing is started that might run elsewhere (invariant 7).
/// </summary>
public sealed partial class AgentCore
{
    private const int RelistMs = 500;

    /// <summary>Looked at again so often although nothing was heard: a word that was lost is made up for.</summary>
    private const int LookAgainMs = 10_000;

    private readonly AgentSelf _self;
    private readonly SortedDictionary<InstanceId, InstanceFacts> _instances = [];
    private readonly Dictionary<VersionKey, VersionFacts> _versions = [];
    private readonly List<AgentEffect> _effects = [];
    private AgentMemory _memory;
    private AgentMemory _remembered;
    private Orders _pending = Orders.None;
    private Orders _orders = Orders.None;
    private (Epoch Epoch, LogIndex Applied)? _confirmed;
    private Reporting _reporting = Reporting.New;
    private NodeMeasure _measure = NodeMeasure.Unknown;
    private string _refusal = "";
    private IReadOnlyList<object> _kept = [];
    private long _nextRun;
    private bool _isListed;
    private bool _isListing;
    private long _listAtMs;
    private long _nowMs;

    public AgentCore(AgentSelf self, AgentMemory memory)
    {
        (_self, _memory, _remembered, _nextRun) = (self, memory, memory, memory.RunsBelow);
        foreach (var instance in memory.Obeyed.Keys)
        {
            _instances[instance] = new InstanceFacts(instance);
        }
    }

    /// <summary>When to give a <see cref="AgentEvent.Tick"/> at the latest, on CLOCK_BOOTTIME.</summary>
    public long NextWakeBootMs { get; private set; }

    /// <summary>What is known of each instance; for watching and for tests.</summary>
    public IReadOnlyCollection<InstanceFacts> Instances => _instances.Values;

    /// <summary>The index of the state that is obeyed.</summary>
    public LogIndex Obeyed => _orders.Applied;

    /// <param name="happened">What is new.</param>
    /// <param name="nowBootMs">CLOCK_BOOTTIME; never less than at the step before.</param>
    public IReadOnlyList<AgentEffect> Step(AgentEvent happened, long nowBootMs)
    {
        _nowMs = Math.Max(_nowMs, nowBootMs);
        _effects.Clear();
        Take(happened);
        NextWakeBootMs = long.MaxValue;
        List();
        if (_isListed)
        {
            Obey();
            Settle();
            KeepVersions();
        }

        Report();
        return Ordered();
    }

    private void Take(AgentEvent happened)
    {
        switch (happened)
        {
            case AgentEvent.OrdersChanged orders: _pending = orders.Orders; break;
            case AgentEvent.RunsListed listed: OnListed(listed.Runs); break;
            case AgentEvent.DriverFailed failed: OnDriverFailed(failed.Reason); break;
            case AgentEvent.RunEnded ended: OnEnded(ended.Run); break;
            case AgentEvent.Started started: OnStarted(started.Run); break;
            case AgentEvent.StartFailed failed: OnStartFailed(failed); break;
            case AgentEvent.VersionStaged staged: Version(staged.Key, v => v.IsUnderWay ? v with { Stage = staged.Stage } : v); break;
            case AgentEvent.VersionMade made: Version(made.Key, _ => VersionFacts.Unknown with { Stage = VersionStage.Ready }); break;
            case AgentEvent.VersionFailed failed: Version(failed.Key, v => v.Failed(failed.Reason, failed.Final, _nowMs)); break;
            case AgentEvent.FolderMade made: Folder(made.Instance, made.Generation, FolderFacts.Unknown with { Stage = FolderStage.Ready }); break;
            case AgentEvent.FolderFailed failed: OnFolderFailed(failed); break;
            case AgentEvent.CheckTurned turned: Change(turned.Instance, f => f with { Health = new HealthFacts(turned.Run, turned.Healthy, Clip(turned.Detail)) }); break;
            case AgentEvent.ReportAnswered answered when _reporting.IsUnderWay && answered.Sequence == _reporting.Sequence: OnAnswered(answered.Reply); break;
            case AgentEvent.ReportFailed failed when _reporting.IsUnderWay && failed.Sequence == _reporting.Sequence: _reporting = _reporting.Failed(_nowMs); break;
            case AgentEvent.Measured measured: _measure = measured.Measure; break;
            case AgentEvent.StopPlanned: _reporting = _reporting with { IsUrgent = true, IsStopping = true, IsUnderWay = false }; break;
            default: break;
        }
    }

    // What really runs

    /// <summary>Asks for a listing when one is due, and never while a start is under way, whose run it might miss; nor is anything started meanwhile.</summary>
    private void List()
    {
        if (_isListing || _instances.Values.Any(f => f.Starting is not null))
        {
            return;
        }

        if (_nowMs < _listAtMs)
        {
            Wake(_listAtMs);
            return;
        }

        _isListing = true;
        _effects.Add(new AgentEffect.ListRuns());
    }

    private void OnListed(IReadOnlyList<DriverInstance> runs)
    {
        (_isListed, _isListing, _listAtMs) = (true, false, _nowMs + LookAgainMs);
        _nextRun = Math.Max(_nextRun, runs.Select(r => r.Run + 1).DefaultIfEmpty(0).Max());
        var there = runs.ToLookup(r => r.Instance);
        foreach (var instance in _instances.Keys.Union(there.Select(g => g.Key)).ToList())
        {
            var facts = Facts(instance);
            var known = facts.Alive;
            _instances[instance] = facts with { Alive = [], Asked = [] };
            foreach (var run in there[instance].OrderBy(r => r.Run))
            {
                Found(run, known);
            }

            Vanished(instance, known.Where(k => there[instance].All(r => r.Run != k.Run)));
        }
    }

    private void Found(DriverInstance run, IReadOnlyList<DriverInstance> known)
    {
        if (run.End is not null)
        {
            OnEnded(run);
            return;
        }

        if (Facts(run.Instance).HasEnded(run.Run))
        {
            return;
        }

        var isNew = known.All(k => k.Run != run.Run);
        Change(run.Instance, f => f.WithAlive(run) with { Found = isNew ? run.Run : f.Found });
        if (isNew)
        {
            Say(false, $"{run.Instance}: the run {run.Run} (pid {run.Pid}) was found and goes on.");
        }
    }

    /// <summary>What the driver does not know any more has ended, whatever became of the word of it.</summary>
    private void Vanished(InstanceId instance, IEnumerable<DriverInstance> runs)
    {
        foreach (var run in runs)
        {
            Say(true, $"{instance}: the run {run.Run} is gone; how it ended is not known.");
            OnEnded(run with { End = new RunEnd(RunEndCause.Lost, null, 0, _nowMs) });
        }
    }

    private void OnDriverFailed(string reason)
    {
        if (_isListed || _isListing)
        {
            Say(true, $"What runs here has to be looked at anew: {reason}");
        }

        (_isListed, _isListing, _listAtMs) = (false, false, _nowMs + RelistMs);
    }

    private void OnEnded(DriverInstance run)
    {
        var facts = Facts(run.Instance);
        if (facts.HasEnded(run.Run))
        {
            return;
        }

        var wasAsked = facts.Unwell?.Run != run.Run && (facts.Asked.Contains(run.Run) || !IsCrash(run));
        var policy = facts.Order?.Spec.Restart ?? RestartPolicy.Default;
        _instances[run.Instance] = Unwatched(facts).WithEnd(run) with { Crashes = wasAsked ? facts.Crashes : facts.Crashes.Crashed(run, policy) };
        Say(!wasAsked, $"{run.Instance}: the run {run.Run} ended: {Text(run.End!)}.");
    }

    private void OnStarted(DriverInstance run) => Change(run.Instance, f => f.WithAlive(run) with { Starting = null, Trouble = null });

    private void OnStartFailed(AgentEvent.StartFailed failed)
    {
        Change(failed.Instance, f =>
        {
            var failures = (f.Trouble?.Failures ?? 0) + 1;
            var delay = Backoff.Delay(failures, f.Order?.Spec.Restart.FirstDelayMs ?? 1_000, f.Order?.Spec.Restart.LastDelayMs ?? 30_000);
            return f with { Starting = null, Trouble = new StartTrouble(Clip(failed.Reason), failures, _nowMs + delay) };
        });
        if (Facts(failed.Instance).Version is { } version)
        {
            // What it was to be started from may be damaged: it is looked at again.
            _versions.Remove(version);
        }

        OnDriverFailed($"{failed.Instance} could not be started: {failed.Reason}");
    }

    // What was made ready

    private void Version(VersionKey key, Func<VersionFacts, VersionFacts> change)
    {
        var next = change(_versions.GetValueOrDefault(key, VersionFacts.Unknown));
        _versions[key] = next with { Reason = Clip(next.Reason) };
    }

    private void Folder(InstanceId instance, long generation, FolderFacts folder) =>
        Change(instance, f => f.Order?.Generation == generation && f.Folder.Stage == FolderStage.Making ? f with { Folder = folder } : f);

    private void OnFolderFailed(AgentEvent.FolderFailed failed)
    {
        var failures = Facts(failed.Instance).Folder.Failures + 1;
        var stage = failed.DataLost ? FolderStage.DataLost : FolderStage.Failed;
        Folder(failed.Instance, failed.Generation, new FolderFacts(stage, Clip(failed.Reason), failures, _nowMs + Backoff.Delay(failures, 1_000, 60_000)));
    }

    private InstanceFacts Facts(InstanceId instance) => _instances.GetValueOrDefault(instance) ?? new InstanceFacts(instance);

    private void Change(InstanceId instance, Func<InstanceFacts, InstanceFacts> change) => _instances[instance] = change(Facts(instance));

    private void Wake(long atMs) => NextWakeBootMs = Math.Min(NextWakeBootMs, atMs);

    private void Say(bool warning, string message) => _effects.Add(new AgentEffect.Say(warning, message));

    private static string Text(RunEnd end) => end.ExitCode is { } code
        ? string.Create(CultureInfo.InvariantCulture, $"{end.Cause}, exit code {code}")
        : string.Create(CultureInfo.InvariantCulture, $"{end.Cause}, signal {end.Signal}");

    private static string Clip(string text) => Model.Clip.To(text, LocalStatus.MaxDetail);
}
