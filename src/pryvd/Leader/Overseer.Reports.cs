using Pryv.Internal.V1;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Leader;

/// <summary>Reports and the leases that are granted with their answers (invariant 7).</summary>
public sealed partial class Overseer
{
    /// <summary>Reports that wait for the next round, and those of the round under way; one of each node.</summary>
    private readonly Dictionary<NodeId, Waiting> _waiting = [];
    private readonly Dictionary<NodeId, Waiting> _inRound = [];
    private long _lastRound;
    private (long Number, TimeSpan BeganAt)? _round;

    private sealed record Waiting(long Ticket, NodeReport Report, TimeSpan ReceivedAt);

    private void OnReported(OverseerEvent.Reported reported)
    {
        var problem = !Leads ? "this node does not lead" : Problem(reported.Report);
        if (problem is not null)
        {
            _effects.Add(new OverseerEffect.Refuse(reported.Ticket, problem));
            return;
        }

        var report = ReportReader.Read(reported.Report);
        Observe(report);
        Note(report, ReportReader.News(reported.Report, _state.Running));
        if (report.Stopping)
        {
            AskForGrace(report.Node);
        }

        if (report.Claims.Count == 0 && !report.Stopping)
        {
            _effects.Add(new OverseerEffect.Reply(reported.Ticket, Reply()));
            return;
        }

        Displace(_waiting, report.Node);
        _waiting[report.Node] = new Waiting(reported.Ticket, report, _now);
        BeginRound(isNeeded: true);
    }

    private string? Problem(AgentReport report) => _state.Nodes.Find(new NodeId(report.NodeId)) is not { IsGone: false }
        ? $"the cluster knows no node {Clip.To(report.NodeId, Names.MaxName)}, or it was taken out"
        : ReportReader.Problem(report);

    private void Observe(NodeReport report)
    {
        var before = _view.Find(report.Node);
        _view = _view.Observe(report, _now);
        _leases = _leases.Release(report, _state.Running.Assignments).Hold(report, _now);
        _isDirty |= _waits && (before is null || !before.SaysAlike(_view.Find(report.Node)!) || _now - before.HeardAt >= Timing.Suspect);
    }

    private void Note(NodeReport report, List<StatusRecord> news)
    {
        _news.Put(report.Node, news);
        TellStatuses();
    }

    /// <summary>One round is under way at a time: it speaks for what came before it began, not for what comes meanwhile.</summary>
    private void BeginRound(bool isNeeded)
    {
        if (_round is not null || !(isNeeded || _waiting.Count > 0))
        {
            return;
        }

        foreach (var (node, waiting) in _waiting.Where(item => !item.Value.Report.Stopping || HasGrace(item.Key)).ToList())
        {
            _waiting.Remove(node);
            _inRound[node] = waiting;
        }

        _round = (++_lastRound, _now);
        _effects.Add(new OverseerEffect.Confirm(_lastRound));
    }

    private void OnConfirmed(OverseerEvent.Confirmed confirmed)
    {
        if (_round is not { } round || round.Number != confirmed.Round)
        {
            return;
        }

        _round = null;
        var reports = _inRound.Values.ToList();
        _inRound.Clear();
        if (!confirmed.Leads)
        {
            reports.ForEach(item => _effects.Add(new OverseerEffect.Refuse(item.Ticket, "a quorum did not confirm that this node leads")));
            return;
        }

        OnChanged(confirmed.State, confirmed.Applied);
        _freshAsOf = round.BeganAt;
        reports.ForEach(Answer);
        BeginRound(isNeeded: false);
    }

    private void Answer(Waiting waiting)
    {
        var grace = waiting.Report.Stopping ? TimeSpan.FromMilliseconds(_state.Running.Graces.GetValueOrDefault(waiting.Report.Node)) : TimeSpan.Zero;
        if (grace > TimeSpan.Zero)
        {
            _graces[waiting.Report.Node] = (_now, _applied.Value);
        }

        var ttl = Timing.LeaseTtl + grace;
        var reply = Reply();
        foreach (var claim in waiting.Report.Claims.Where(claim => IsValid(claim, waiting.Report.Node)))
        {
            _leases = _leases.Grant(claim, waiting.Report, waiting.ReceivedAt, ttl);
            reply.Leases.Add(new LeaseGrant { Component = claim.Instance.Component, Ordinal = claim.Instance.Ordinal, Generation = claim.Generation, TtlMs = (long)ttl.TotalMilliseconds });
        }

        _effects.Add(new OverseerEffect.Reply(waiting.Ticket, reply));
    }

    /// <summary>Whether the instance is the node's, and no decision is under way that may take it away.</summary>
    private bool IsValid(Claim claim, NodeId node) =>
        _state.Running.Assignments.Find(claim.Instance) is { Spec.IsLeased: true } held
        && held.Node == node && held.Generation == claim.Generation && !_undecided.Contains(claim.Instance);

    private AgentReportReply Reply() => new()
    {
        IntervalMs = (int)Timing.ReportInterval.TotalMilliseconds,
        Epoch = _epoch.Value,
        Applied = _applied.Value,
    };

    private void Displace(Dictionary<NodeId, Waiting> reports, NodeId node)
    {
        if (reports.Remove(node, out var older))
        {
            _effects.Add(new OverseerEffect.Refuse(older.Ticket, "a later report of the node took its place"));
        }
    }

    private void ForgetReports(string why)
    {
        foreach (var waiting in _waiting.Values.Concat(_inRound.Values))
        {
            _effects.Add(new OverseerEffect.Refuse(waiting.Ticket, why));
        }

        _waiting.Clear();
        _inRound.Clear();
        _news.Clear();
        _verdicts.Clear();
        _telling = null;
        _graces.Clear();
        _graceProposals.Clear();
        _round = null;
    }
}
