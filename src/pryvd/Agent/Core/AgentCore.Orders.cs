using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <content>From the state that is applied here to what is obeyed, and what the leader answers to reports.</content>
public sealed partial class AgentCore
{
    private void Obey()
    {
        if (ReferenceEquals(_pending, _orders) || ReferenceEquals(_pending, Orders.None))
        {
            return;
        }

        var refusal = OrderGate.Refusal(_pending, _memory.Through, _instances.Values.Any(f => f.Alive.Count > 0), _confirmed);
        SayRefusal(refusal ?? "");
        if (refusal is not null)
        {
            return;
        }

        _orders = _pending;
        foreach (var instance in _instances.Keys.Union(_orders.Mine.Keys).ToList())
        {
            Obey(Facts(instance), _orders.Mine.GetValueOrDefault(instance));
        }

        var newest = new OrderMark(_orders.Epoch, _orders.Mine.Values.Select(a => a.Generation).DefaultIfEmpty(0).Max());
        _memory = _memory with { Through = newest > _memory.Through ? newest : _memory.Through };
    }

    private void Obey(InstanceFacts facts, Assignment? order)
    {
        if (order is null)
        {
            _instances[facts.Instance] = facts with { Order = null, Version = null, Recorded = null, Status = null };
            return;
        }

        if (_memory.Obeyed.TryGetValue(facts.Instance, out var obeyed) && Mark(order) < obeyed.Mark)
        {
            Say(true, $"{facts.Instance}: the order of {Mark(order)} is older than that of {obeyed.Mark}, which was obeyed already; it is refused.");
            return;
        }

        var recorded = _orders.Recorded.GetValueOrDefault(facts.Instance);
        var next = facts.Order is { } former ? Rechecked(Continued(facts, former, order), former, order) : Begun(facts, order, recorded);
        _instances[facts.Instance] = next with { Order = order, Recorded = recorded, Version = ReferenceEquals(facts.Order, order) ? facts.Version : VersionKey.Of(order) };
        _memory = _memory with { Obeyed = _memory.Obeyed.SetItem(facts.Instance, new ObeyedOrder(Mark(order), order.Spec.Stop)) };
        if (order is { Wanted: true, Spec.IsLeased: true } && (facts.Order is not { Wanted: true } || facts.Order.Generation != order.Generation))
        {
            _reporting = _reporting with { IsUrgent = true };
        }
    }

    /// <summary>A daemon that comes back to a crash goes on with its pause, and with the loop that is recorded.</summary>
    private static InstanceFacts Begun(InstanceFacts facts, Assignment order, InstanceStatus? recorded)
    {
        var crashes = facts.LastEnd is { } end && end.Generation == order.Generation && end.SpecVersion == order.RunVersion && IsCrash(end)
            ? CrashBook.Empty.Crashed(end, order.Spec.Restart)
            : CrashBook.Empty;
        var isLoop = recorded is { State: InstanceState.CrashLoop } && recorded.SpecVersion == order.RunVersion;
        return facts with
        {
            Folder = FolderFacts.Unknown,
            Trouble = null,
            Crashes = isLoop ? CrashBook.Looping(order.Spec.Restart) with { NextAtMs = crashes.NextAtMs } : crashes,
        };
    }

    private static bool IsCrash(DriverInstance run) => run.End!.Cause is not (RunEndCause.Stopped or RunEndCause.Fenced);

    /// <summary>What changes in an order ends the troubles of the former one.</summary>
    private InstanceFacts Continued(InstanceFacts facts, Assignment former, Assignment order)
    {
        var isOther = former.Generation != order.Generation;
        if (!isOther && former.RunVersion == order.RunVersion && former.Restart == order.Restart && former.Wanted == order.Wanted)
        {
            return facts;
        }

        if (former.Restart != order.Restart && facts.Version is { } version && _versions.GetValueOrDefault(version) is { Stage: VersionStage.Failed })
        {
            _versions.Remove(version);
        }

        var keepsFolder = !isOther && facts.Folder.Stage is FolderStage.Ready or FolderStage.Making && former.Spec.KeepsData == order.Spec.KeepsData;
        return facts with { Crashes = CrashBook.Empty, Trouble = null, Folder = keepsFolder ? facts.Folder : FolderFacts.Unknown };
    }

    /// <summary>Other checks for a run that goes on: it is taken to be as it was until they speak.</summary>
    private InstanceFacts Rechecked(InstanceFacts facts, Assignment former, Assignment order)
    {
        if (ReferenceEquals(former.Spec, order.Spec) || former.Spec.Checks.SequenceEqual(order.Spec.Checks))
        {
            return facts;
        }

        var unwatched = Unwatched(facts) with { Found = null };
        if (!order.Spec.IsProbed || facts.Current is not { } run)
        {
            return unwatched with { Health = null };
        }

        return facts.Status is { State: InstanceState.Healthy } ? unwatched with { Health = new HealthFacts(run.Run, true, "") } : unwatched;
    }

    private OrderMark Mark(Assignment order) => new(_orders.Epoch, order.Generation);

    private void SayRefusal(string refusal)
    {
        if (refusal != _refusal && refusal.Length > 0 && _instances.Count > 0)
        {
            Say(true, $"What runs here stays as it is: {refusal}.");
        }

        _refusal = refusal;
    }

    /// <summary>Leases count from when the report was sent that they answer.</summary>
    private void OnAnswered(AgentReportReply reply)
    {
        var sentAtMs = _reporting.SentAtMs;
        _reporting = _reporting.Answered(reply.IntervalMs);
        _confirmed = (new Epoch(reply.Epoch), new LogIndex(reply.Applied));
        foreach (var grant in reply.Leases.Where(_ => reply.Epoch == _orders.Epoch.Value))
        {
            var instance = new InstanceId(grant.Component, grant.Ordinal);
            if (_instances.GetValueOrDefault(instance) is { Order: { } order } facts && order.Generation == grant.Generation)
            {
                _instances[instance] = facts with { Lease = Later(facts.Lease, new LeaseFacts(Mark(order), sentAtMs + grant.TtlMs, grant.TtlMs)) };
            }
        }
    }

    private static LeaseFacts Later(LeaseFacts? held, LeaseFacts granted) =>
        held is not null && held.Mark == granted.Mark && held.EndBootMs > granted.EndBootMs ? held : granted;
}
