using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Planning;

namespace Pryvd.Leader;

/// <summary>
/// What a leader does about components and nodes: reports in, verdicts, leases, plans, proposals and answers out. Single-threaded and
/// without I/O or a clock, so that the simulator runs it as it is.
/// </summary>
/// <param name="self">The node that it runs on.</param>
public sealed partial class Overseer(NodeId self)
{
    /// <summary>In one command; a plan of more goes out in several at once, each for itself.</summary>
    private const int MostDecisions = 1_000;

    /// <summary>As many as place all instances that a cluster may have; the rest of a larger plan comes with the next.</summary>
    private const int MostCommands = 20;

    /// <summary>A plan is made at least so often while something waits, whatever seems to have changed: what nodes have left is looked at then.</summary>
    private static readonly TimeSpan PlanAtLeast = TimeSpan.FromSeconds(2);

    /// <summary>And so often where nothing does.</summary>
    private static readonly TimeSpan PlanCalmly = TimeSpan.FromSeconds(30);

    /// <summary>Leases that have ended are taken out of the book so often.</summary>
    private static readonly TimeSpan PruneEach = TimeSpan.FromSeconds(1);

    private readonly List<OverseerEffect> _effects = [];

    /// <summary>Instances that a decision under way may take from their nodes: no lease of them is granted.</summary>
    private readonly HashSet<InstanceId> _undecided = [];
    private ClusterState _state = ClusterState.Empty;
    private LogIndex _applied = LogIndex.Zero;
    private Epoch _epoch;
    private ClusterView _view = ClusterView.Begin(TimeSpan.Zero);
    private LeaseBook _leases = LeaseBook.Begin(TimeSpan.Zero);
    private TimeSpan _now;
    private TimeSpan _freshAsOf;
    private TimeSpan _plannedAt;
    private long _lastProposal;
    private readonly HashSet<long> _deciding = [];
    private LogIndex? _decidedAt;
    private bool _isUnknown;
    private bool _mayStillApply;
    private bool _isDirty;
    private bool _waits;
    private bool _waitsForTime;
    private TimeSpan _prunedAt;
    private string? _paused;
    private string _nonsense = "";

    public bool Leads { get; private set; }

    /// <summary>What a plan would be made from now; null while this node does not lead.</summary>
    public PlanInput? Input => Leads ? new() { State = _state, View = _view, Leases = _leases, Now = _now, FreshAsOf = _freshAsOf } : null;

    /// <summary>Why nobody is called silent now, or null.</summary>
    public string? Paused => _paused;

    /// <summary>How many plans it has made.</summary>
    public long Plans { get; private set; }

    private HealthTiming Timing => HealthTiming.Of(_state);

    /// <param name="happened">What is new.</param>
    /// <param name="now">On a monotonic clock; never less than at the step before.</param>
    public IReadOnlyList<OverseerEffect> Step(OverseerEvent happened, TimeSpan now)
    {
        _effects.Clear();
        NoticeAbsence(now);
        Take(happened);
        return [.. _effects];
    }

    private void Take(OverseerEvent happened)
    {
        switch (happened)
        {
            case OverseerEvent.Led led: Begin(led); break;
            case OverseerEvent.Lost: End(); break;
            case OverseerEvent.Reported reported: OnReported(reported); break;
            case var _ when !Leads: break;
            case OverseerEvent.Changed changed: OnChanged(changed.State, changed.Applied); break;
            case OverseerEvent.Confirmed confirmed: OnConfirmed(confirmed); break;
            case OverseerEvent.Answered answered: OnAnswered(answered); break;
            default: OnTick(); break;
        }
    }

    /// <summary>A leader that stood still heard nothing meanwhile: it listens anew (H6).</summary>
    private void NoticeAbsence(TimeSpan now)
    {
        if (Leads && now - _now >= Timing.Suspect)
        {
            Say(warning: true, $"this leader stood still for {(now - _now).TotalSeconds:F1} s; silence of nodes counts from now on");
            _view = _view.ListenAnew(now);
        }

        _now = now;
    }

    private void Begin(OverseerEvent.Led led)
    {
        (Leads, _state, _applied, _epoch) = (true, led.State, led.Applied, led.Epoch);
        (_view, _leases) = (ClusterView.Begin(_now), LeaseBook.Begin(_now));
        (_freshAsOf, _plannedAt, _prunedAt, _isDirty, _waits, _paused) = (_now, _now, _now, true, true, null);
        (_decidedAt, _isUnknown, _mayStillApply) = (null, false, false);
        _deciding.Clear();
        _undecided.Clear();
        ForgetReports("the leader has just begun to lead");
        (_former, _settling) = (null, null);
        NoteGraces();
        NoteFormer();
    }

    private void End()
    {
        Leads = false;
        ForgetReports("this node leads no more");
    }

    private void OnChanged(ClusterState state, LogIndex applied)
    {
        if (applied < _applied)
        {
            return;
        }

        _isDirty |= IsNewToPlan(_state, state);
        (_state, _applied) = (state, applied);
        NoteGraces();
        NoteFormer();
        SettleDecide();
    }

    /// <summary>How instances do changes a plan only where something waits; what else is replicated always may.</summary>
    private bool IsNewToPlan(ClusterState before, ClusterState now) =>
        !ReferenceEquals(before.Nodes, now.Nodes) || !ReferenceEquals(before.Settings, now.Settings)
        || (!ReferenceEquals(before.Running, now.Running) && (_waits || !before.Running.OrdersTheSameAs(now.Running)));

    private void OnTick()
    {
        JudgeNodes();
        EndGraces();
        AskForGraces();
        SettleDeadTimeout();
        TellStatuses();
        PruneLeases();
        if (MayDecide() && (_isDirty || _waitsForTime || _now - _plannedAt >= (_waits ? PlanAtLeast : PlanCalmly)))
        {
            Decide();
        }

        BeginRound(isNeeded: _waitsForTime || _leases.Count > 0 || _former is not null);
    }

    /// <summary>Verdicts under way come first: nodes that fell silent together are planned for together.</summary>
    private bool MayDecide() => _decidedAt is null && _deciding.Count == 0 && _verdicts.Count == 0 && HasHeardAll();

    private void PruneLeases()
    {
        if (_now - _prunedAt >= PruneEach)
        {
            (_leases, _prunedAt) = (_leases.Prune(_freshAsOf), _now);
        }
    }

    /// <summary>A new leader waits for every node's first report, or for as long as that takes at most: else the first to report would get all.</summary>
    private bool HasHeardAll() =>
        _now - _leases.LedSince >= 2 * Timing.ReportInterval
        || _state.Nodes.Living.All(node => node.State != NodeState.Ready || _view.Find(node.Id) is not null);

    private void Decide()
    {
        var input = Input!;
        var plan = Planner.Plan(input);
        Plans++;
        (_isDirty, _plannedAt, _waits, _waitsForTime) = (false, _now, plan.Waits.Any(wait => wait.Bucket is not (Bucket.WaitForHome or Bucket.Lost)), plan.ByTime);
        if (plan.IsSilent)
        {
            return;
        }

        if (IsNonsense(input, plan))
        {
            _waits = true;
            return;
        }

        foreach (var decisions in plan.Decisions.Chunk(MostDecisions).Take(MostCommands))
        {
            _undecided.UnionWith(decisions.Where(decision => decision.Action is DecisionAction.Place or DecisionAction.Remove).Select(decision => decision.Instance));
            _deciding.Add(Propose("plan", envelope => envelope.Decide = new Decide { Decisions = { decisions.Select(Messages.Of) } }));
        }
    }

    private bool IsNonsense(PlanInput input, Plan plan)
    {
        var problems = PlanCheck.Problems(input, plan);
        var text = string.Join("; ", problems.Take(10));
        if (text.Length > 0 && text != _nonsense)
        {
            Say(warning: true, $"a plan was refused, and nothing of it is proposed; this is a fault of the planner: {text}");
        }

        _nonsense = text;
        return problems.Count > 0;
    }

    private void OnAnswered(OverseerEvent.Answered answered)
    {
        if (_deciding.Remove(answered.Proposal))
        {
            var index = answered.Fate == ProposalFate.Applied ? answered.Index : LogIndex.Zero;
            _decidedAt = _decidedAt is { } last && last > index ? last : index;
            _isUnknown |= answered.Fate == ProposalFate.Unknown;
            SettleDecide();
        }

        _verdicts.Remove(answered.Proposal);
        OnTold(answered.Proposal);
        _graceProposals.Remove(answered.Proposal);
        _settling = _settling == answered.Proposal ? null : _settling;
        if (answered.Message.Length > 0)
        {
            Say(warning: false, $"a proposal did not hold: {answered.Message}");
        }
    }

    /// <summary>
    /// Decisions are under way until the outcome of all is in the state. What may still be applied is not forgotten: until other
    /// decisions were, which come after it in the log.
    /// </summary>
    private void SettleDecide()
    {
        if (_decidedAt is not { } index || _applied < index || _deciding.Count > 0)
        {
            return;
        }

        _mayStillApply = _isUnknown || (_mayStillApply && index == LogIndex.Zero);
        (_decidedAt, _isDirty, _isUnknown) = (null, true, false);
        if (!_mayStillApply)
        {
            _undecided.Clear();
        }
    }

    private long Propose(string cause, Action<CommandEnvelope> fill)
    {
        var envelope = new CommandEnvelope { Cause = cause };
        fill(envelope);
        _effects.Add(new OverseerEffect.Propose(++_lastProposal, envelope));
        return _lastProposal;
    }

    private void Say(bool warning, FormattableString message) => _effects.Add(new OverseerEffect.Say(warning, FormattableString.Invariant(message)));
}
