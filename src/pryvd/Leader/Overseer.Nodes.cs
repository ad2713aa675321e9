using Pryv.Internal.V1;
using Pryvd.Health;
using Pryvd.Model;

namespace Pryvd.Leader;

/// <summary>Verdicts on nodes, what they say of their instances, and planned stops.</summary>
public sealed partial class Overseer
{
    /// <summary>Proposals of a kind that are under way at a time.</summary>
    private const int MostUnderWay = 256;

    /// <summary>Each of at most some 2 KB, so that a command of them is well below its bound.</summary>
    private const int MostStatuses = 1_000;

    private readonly Dictionary<long, NodeId> _verdicts = [];
    private readonly StatusNews _news = new();
    private long? _telling;
    private readonly Dictionary<NodeId, (TimeSpan Since, long Applied)> _graces = [];
    private readonly Dictionary<long, NodeId> _graceProposals = [];
    private (int Ms, TimeSpan Since)? _former;
    private long? _settling;

    private void JudgeNodes()
    {
        var judgement = Judge.Of(_state, _view, self, Timing, _applied.Value, _now);
        if (judgement.Paused != _paused && judgement.Paused is null != _paused is null)
        {
            Say(warning: true, $"{(judgement.Paused is null ? "verdicts go on" : judgement.Paused)}");
        }

        _paused = judgement.Paused;
        foreach (var verdict in judgement.Verdicts.Where(verdict => !_verdicts.ContainsValue(verdict.Node.Id)).Take(MostUnderWay - _verdicts.Count))
        {
            var proposal = Propose(verdict.Cause, envelope => envelope.ChangeNodeState = new ChangeNodeState
            {
                Node = verdict.Node.Id.Value,
                From = verdict.Node.State.Word(),
                To = verdict.To.Word(),
            });
            _verdicts.Add(proposal, verdict.Node.Id);
        }
    }

    /// <summary>One command at a time, for all nodes: what comes while it is under way shares the next. So many nodes that turn at once cost few commands, and one that turns alone does not wait.</summary>
    private void TellStatuses()
    {
        if (_telling is null && _news.Take(MostStatuses) is { } news)
        {
            _telling = Propose("report", envelope => envelope.RecordStatuses = news);
        }
    }

    private void OnTold(long proposal)
    {
        if (_telling == proposal)
        {
            _telling = null;
            TellStatuses();
        }
    }

    /// <summary>A grace that is in the state may have been granted by a leader before this one.</summary>
    private void NoteGraces()
    {
        foreach (var node in _state.Running.Graces.Keys)
        {
            _graces.TryAdd(node, (_now, _applied.Value));
        }

        foreach (var node in _graces.Keys.Where(node => !_state.Running.Graces.ContainsKey(node)).ToList())
        {
            _graces.Remove(node);
        }
    }

    /// <summary>A grace that is being taken back is none: leases may not be made longer by it any more.</summary>
    private bool HasGrace(NodeId node) => _state.Running.Graces.ContainsKey(node) && !_graceProposals.ContainsValue(node);

    /// <summary>Also for those that wait: the grace of the stop before may just have been taken back.</summary>
    private void AskForGraces()
    {
        foreach (var waiting in _waiting.Values.Where(waiting => waiting.Report.Stopping))
        {
            AskForGrace(waiting.Report.Node);
        }
    }

    private void AskForGrace(NodeId node)
    {
        if (!_state.Running.Graces.ContainsKey(node) && !_graceProposals.ContainsValue(node))
        {
            _graceProposals.Add(ProposeGrace(node, HealthTiming.Grace, "planned stop"), node);
        }
    }

    /// <summary>A grace is taken back when no lease that was made longer by it can be good any more, here or under a later leader.</summary>
    private void EndGraces()
    {
        foreach (var (node, (since, applied)) in _graces)
        {
            var grace = TimeSpan.FromMilliseconds(_state.Running.Graces.GetValueOrDefault(node));
            var isOver = _freshAsOf >= since + HealthTiming.WaitFor(Timing.LongestLease + grace) || IsBackFromStop(node, applied);
            if (isOver && HasGrace(node) && !IsAskedFor(node))
            {
                _graceProposals.Add(ProposeGrace(node, TimeSpan.Zero, "the planned stop is over"), node);
            }
        }
    }

    /// <summary>A longer dead timeout counted before: for how long leases of that length may be good is counted from when this leader knew of it.</summary>
    private void NoteFormer()
    {
        var former = _state.Cluster?.FormerDeadTimeoutMs ?? 0;
        if (former != (_former?.Ms ?? 0))
        {
            _former = former == 0 ? null : (former, _now);
        }
    }

    /// <summary>The longest lease is over, and every node had several times its former interval to hear of the new one.</summary>
    private void SettleDeadTimeout()
    {
        if (_former is { } former && _settling is null && _freshAsOf >= former.Since + HealthTiming.WaitFor(Timing.LongestLease))
        {
            _settling = Propose("the former dead timeout is over", envelope => envelope.SettleDeadTimeout = new SettleDeadTimeout { FormerMs = former.Ms });
        }
    }

    /// <summary>A stop waits for its answer, which will be as long as the grace.</summary>
    private bool IsAskedFor(NodeId node) =>
        _waiting.GetValueOrDefault(node) is { Report.Stopping: true } || _inRound.GetValueOrDefault(node) is { Report.Stopping: true };

    /// <summary>
    /// The next run of its daemon, which has read of the grace, claims all that the node holds and says that nothing of it can go on for longer than a
    /// usual lease. No report from before the stop has read so far.
    /// </summary>
    private bool IsBackFromStop(NodeId node, long applied) =>
        _view.Find(node) is { Stopping: false, Held: { } held } view && view.Applied >= applied && held <= Timing.LongestLease
        && _state.Running.Assignments.On(node).All(item => !item.Spec.IsLeased || !item.Wanted || item.Changed.Value > view.Applied || view.Claimed.Contains(item.Instance));

    private long ProposeGrace(NodeId node, TimeSpan grace, string cause) => Propose(cause, envelope =>
        envelope.SetGrace = new SetGrace { NodeId = node.Value, GraceMs = (long)grace.TotalMilliseconds });
}
