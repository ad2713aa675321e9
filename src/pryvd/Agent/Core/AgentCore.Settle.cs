using Pryv.Consensus.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <content>From what is obeyed and what runs to the next effects.</content>
public sealed partial class AgentCore
{
    private const int RunsReserved = 64;
    private const int ShortenAgainMs = 2_000;

    /// <summary>More would mean that two rules contradict each other.</summary>
    private const int MostStepsAtOnce = 8;

    private void Settle()
    {
        if (ReferenceEquals(_orders, Orders.None))
        {
            return;
        }

        foreach (var instance in _instances.Keys.ToList())
        {
            var steps = 0;
            while (_instances.TryGetValue(instance, out var facts) && Advance(facts))
            {
                if (++steps > MostStepsAtOnce)
                {
                    throw new InvariantException($"{instance}: the agent does not come to rest");
                }
            }

            if (_instances.TryGetValue(instance, out var settled))
            {
                Renew(settled);
                Watch(Facts(instance));
                ForgetOld(Facts(instance));
            }
        }
    }

    /// <summary>Does what is next for an instance; false when that is nothing.</summary>
    private bool Advance(InstanceFacts facts)
    {
        var version = facts.Version is { } key ? _versions.GetValueOrDefault(key, VersionFacts.Unknown) : VersionFacts.Unknown;
        var step = LocalDiff.Of(facts, version, facts.Order is { } order ? Mark(order) : OrderMark.None, _nowMs);
        Note(facts, step);
        if (step.WakeAtMs is { } wake)
        {
            Wake(wake);
        }

        facts = Facts(facts.Instance);
        switch (step.Action)
        {
            case LocalAction.MakeFolder:
                _instances[facts.Instance] = facts with { Folder = facts.Folder with { Stage = FolderStage.Making } };
                _effects.Add(new AgentEffect.MakeFolder(facts.Order!));
                return true;
            case LocalAction.MakeVersion:
                Version(facts.Version!, v => v.Begun());
                _effects.Add(new AgentEffect.MakeVersion(facts.Version!, facts.Order!.Spec));
                return true;
            case LocalAction.Start when _isListing:
                return false;
            case LocalAction.Start:
                Start(facts, facts.Order!);
                return true;
            case LocalAction.Stop:
                Stop(facts, step.Run);
                return true;
            case LocalAction.CleanUp:
                CleanUp(facts);
                return false;
            default:
                return false;
        }
    }

    private void Note(InstanceFacts facts, LocalStep step)
    {
        if (facts.Order is not { } order)
        {
            return;
        }

        var run = facts.Current is { } current && !facts.Asked.Contains(current.Run) ? current : null;
        var former = facts.Status is { } said && said.Generation == order.Generation ? said : null;
        var status = new LocalStatus(
            order.Generation,
            run?.SpecVersion ?? order.RunVersion,
            run?.Restart ?? order.Restart,
            step.State ?? former?.State ?? InstanceState.Pending,
            step.State is null ? former?.Detail ?? "" : Clip(step.Detail),
            order.HomeMade || (order.Spec.KeepsData && facts.Folder.Stage == FolderStage.Ready));
        if (status.IsTurnFrom(facts.Status))
        {
            _reporting = _reporting with { IsUrgent = true };
        }

        _instances[facts.Instance] = facts with { Status = status };
    }

    private void Start(InstanceFacts facts, Assignment order)
    {
        var run = _nextRun++;
        if (_nextRun > _memory.RunsBelow)
        {
            _memory = _memory with { RunsBelow = _nextRun + RunsReserved };
        }

        _instances[facts.Instance] = facts with { Starting = run, LeaseAskedMs = Math.Max(facts.LeaseAskedMs, facts.Lease?.EndBootMs ?? 0) };
        _effects.Add(new AgentEffect.Start(StartOrders.Of(order, _self, _orders.Epoch, run, order.Spec.IsLeased ? facts.Lease!.EndBootMs : null)));
    }

    private void Stop(InstanceFacts facts, long run)
    {
        var policy = facts.Order?.Spec.Stop ?? _memory.Obeyed.GetValueOrDefault(facts.Instance)?.Stop ?? StopPolicy.Default;
        _instances[facts.Instance] = Unwatched(facts) with { Asked = facts.Asked.Add(run), Unwell = IsUnwell(facts, run) ? facts.Health : facts.Unwell };
        _effects.Add(new AgentEffect.Stop(facts.Instance, run, policy));
        Say(false, $"{facts.Instance}: the run {run} is stopped: {WhyStopped(facts, run)}.");
    }

    /// <summary>What is as it was ordered is stopped for no other reason.</summary>
    private static bool IsUnwell(InstanceFacts facts, long run) => facts is { Order.Wanted: true, Current: { } current, Health: { } health }
        && current.Run == run && health.Run == run && facts.Obeys(current);

    private static string WhyStopped(InstanceFacts facts, long run) => facts switch
    {
        _ when IsUnwell(facts, run) => $"its checks failed: {facts.Health!.Detail}",
        { Order: null } => "it is not this node's any more",
        { Order.Wanted: false } => "it is not to run",
        { Current: { } current } when current.Run != run => "a newer run is there",
        { Current: { } current } when !facts.IsOfOrder(current) => "it was given to this node anew",
        { Current: { } current } when current.SpecVersion != facts.Order!.RunVersion => $"version {facts.Order.RunVersion} takes its place",
        _ => "a restart was asked for",
    };

    private void CleanUp(InstanceFacts facts)
    {
        _effects.AddRange(facts.Kept.Select(run => new AgentEffect.Forget(facts.Instance, run)));
        _effects.Add(new AgentEffect.CleanUp(facts.Instance));
        _instances.Remove(facts.Instance);
        _memory = _memory with { Obeyed = _memory.Obeyed.Remove(facts.Instance) };
    }

    /// <summary>Hands the leader's last word on to those who fence: the end of a lease only grows.</summary>
    private void Renew(InstanceFacts facts)
    {
        if (facts is not { Order: { Spec.IsLeased: true } order, Lease: { } lease } || lease.Mark != Mark(order))
        {
            return;
        }

        foreach (var run in facts.Alive.Where(r => facts.IsOfOrder(r) && (r.LeaseEndBootMs ?? 0) < lease.EndBootMs))
        {
            _effects.Add(new AgentEffect.SetLease(facts.Instance, run.Run, lease.EndBootMs));
            Change(facts.Instance, f => f.WithAlive(run with { LeaseEndBootMs = lease.EndBootMs }) with { LeaseAskedMs = Math.Max(f.LeaseAskedMs, lease.EndBootMs) });
        }

        Shorten(facts, order, lease);
    }

    /// <summary>A run that was found holds what a planned stop was given: while it does, nobody else may have it, though its node may die.</summary>
    private void Shorten(InstanceFacts facts, Assignment order, LeaseFacts lease)
    {
        var isLong = facts.Alive.Where(r => facts.IsOfOrder(r) && r.LeaseEndBootMs > lease.EndBootMs + lease.TtlMs).ToList();
        if (isLong.Count == 0 || _reporting.IsStopping || !lease.IsFreshFor(Mark(order), _nowMs) || _nowMs < facts.ShortenedAtMs + ShortenAgainMs)
        {
            return;
        }

        _effects.AddRange(isLong.Select(run => new AgentEffect.ShortenLease(facts.Instance, run.Run, lease.EndBootMs)));
        Change(facts.Instance, f => f with { ShortenedAtMs = _nowMs });
        _listAtMs = Math.Min(_listAtMs, _nowMs + RelistMs);
    }

    private void Watch(InstanceFacts facts)
    {
        if (facts is { Order: { } order, Current: { } run } && facts.Watched != run.Run && !facts.Asked.Contains(run.Run) && facts.IsOfOrder(run))
        {
            _effects.Add(new AgentEffect.Watch(run, order));
            _instances[facts.Instance] = facts with { Watched = run.Run };
        }
    }

    private InstanceFacts Unwatched(InstanceFacts facts)
    {
        if (facts.Watched is { } run)
        {
            _effects.Add(new AgentEffect.Unwatch(facts.Instance, run));
        }

        return facts with { Watched = null };
    }

    /// <summary>The last end stays with the driver until something newer runs: a daemon that comes back finds it.</summary>
    private void ForgetOld(InstanceFacts facts)
    {
        var old = facts.Current is null ? [.. facts.Kept.Where(r => r != facts.LastEnd?.Run)] : facts.Kept;
        if (old.Count > 0)
        {
            _effects.AddRange(old.Select(run => new AgentEffect.Forget(facts.Instance, run)));
            _instances[facts.Instance] = facts with { Kept = facts.Kept.RemoveRange(old) };
        }
    }

    private void KeepVersions()
    {
        if (ReferenceEquals(_orders, Orders.None))
        {
            return;
        }

        var needed = _instances.Values.Select(f => f.Version).OfType<VersionKey>().Distinct().ToList();
        var running = _instances.Values.SelectMany(f => f.Alive).Select(r => (r.Instance.Component, r.SpecVersion)).Distinct().ToList();
        IReadOnlyList<object> kept = [.. needed, .. running.Cast<object>()];
        if (!kept.SequenceEqual(_kept))
        {
            _kept = kept;
            _effects.Add(new AgentEffect.KeepVersions(needed, running));
            foreach (var unneeded in _versions.Where(v => !needed.Contains(v.Key) && !v.Value.IsUnderWay).ToList())
            {
                _versions.Remove(unneeded.Key);
            }
        }
    }

    private void Report()
    {
        if (_nowMs >= _reporting.DueAtMs)
        {
            _reporting = _reporting.Sent(_nowMs);
            _effects.Add(new AgentEffect.Report(_reporting.Message(_self, _measure, _orders.Applied, _isListed, _instances.Values), _reporting.PatienceMs));
        }

        Wake(_reporting.DueAtMs);
    }

    /// <summary>What must be remembered comes first.</summary>
    private List<AgentEffect> Ordered()
    {
        var effects = _effects.ToList();
        if (_memory != _remembered)
        {
            _remembered = _memory;
            effects.Insert(0, new AgentEffect.Remember(_memory));
        }

        return effects;
    }
}
