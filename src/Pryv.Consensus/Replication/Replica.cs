using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Replication;

/// <summary>
/// One member: the core with what it needs around it, and still no clock, disk or network. <see cref="Step"/> takes what
/// happened, <see cref="Drain"/> gives what is to be done. Production and the simulator run this very code; one thread at a time.
/// </summary>
public sealed partial class Replica
{
    private readonly ReplicaOptions _options;
    private readonly PersistQueue _persist = new();
    private readonly PendingProposals _proposals = new();
    private readonly WaitingReads _reads = new();
    private readonly SnapshotSenders _senders;
    private readonly SnapshotReceiver _receiver = new();
    private readonly MemberWatch _watch = new();
    private readonly List<ReplicaEffect> _effects = [];

    private SnapshotMeta? _toInstall;
    private AutopilotPolicy _policy = new();
    private (long Token, Term Term)? _change;
    private int _appliesUnderWay;
    private int _autopilotElapsed;
    private bool _checkpointUnderWay;
    private LogIndex _checkpointed;
    private Term? _led;

    /// <summary>Starts a member from its log.</summary>
    /// <param name="identity">Whose log it is.</param>
    /// <param name="log">The log on disk.</param>
    /// <param name="start">What stands before its first entry.</param>
    /// <param name="configurations">Its configuration entries, ascending.</param>
    /// <param name="hardState">As last made durable.</param>
    /// <param name="applied">How far the state machine is; not before <paramref name="start"/>.</param>
    /// <param name="options">Timing and bounds.</param>
    /// <param name="seed">For election timeouts and the ids of reads; different on each member and at each start.</param>
    /// <exception cref="InvariantException">The log lacks what is committed or applied, or the state machine what the log no longer holds.</exception>
    public Replica(
        LogIdentity identity,
        IEntryReader log,
        LogBase start,
        IReadOnlyList<Entry> configurations,
        HardState hardState,
        LogIndex applied,
        ReplicaOptions options,
        ulong seed)
    {
        _options = options;
        Core = new RaftCore(identity.Member, _options.Raft, log, start, configurations, hardState, applied, seed);
        _senders = new SnapshotSenders(_options);
        Applied = Core.Applied;
        // What was applied before this start may not be durable yet: a checkpoint says so first.
        _checkpointed = Core.Start.Index;
    }

    /// <summary>To look at, not to change.</summary>
    public RaftCore Core { get; }

    /// <summary>The state machine has applied everything up to here.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>What autopilot last decided, for people; null when it did nothing in this leadership.</summary>
    public string? LastDecision { get; private set; }

    public MemberView View(MemberId member) => _watch.View(member);

    public void Step(ReplicaEvent happened)
    {
        switch (happened)
        {
            case ReplicaEvent.Ticked: OnTicked(); break;
            case ReplicaEvent.Received e: OnReceived(e.Message); break;
            case ReplicaEvent.Proposed e: OnProposed(e); break;
            case ReplicaEvent.ReadAsked e: Core.Read(e.Token); break;
            case ReplicaEvent.ChangeAsked e: OnChangeAsked(e.Token, e.Changes); break;
            case ReplicaEvent.RemovalAsked e: OnRemovalAsked(e); break;
            case ReplicaEvent.TransferAsked e: OnTransferAsked(e); break;
            case ReplicaEvent.TimingChanged e: Core.SetTiming(e.HeartbeatTicks, e.ElectionTicks); break;
            case ReplicaEvent.PolicyChanged e: _policy = e.Policy; break;
            case ReplicaEvent.Quieted: Core.LetGo(); break;
            case ReplicaEvent.Persisted e: OnPersisted(e); break;
            case ReplicaEvent.Applied e: OnApplied(e); break;
            case ReplicaEvent.Checkpointed e: OnCheckpointed(e); break;
            case ReplicaEvent.SnapshotTaken e: _senders.Taken(e.Snapshot); break;
            case ReplicaEvent.SnapshotFailed: OnSnapshotFailed(); break;
            case ReplicaEvent.ChunkLoaded e: OnChunkLoaded(e); break;
            case ReplicaEvent.ChunkStored e: OnChunkStored(e); break;
            case ReplicaEvent.SnapshotInstalled e: OnSnapshotInstalled(e); break;
            case ReplicaEvent.SnapshotRejected: OnSnapshotRejected(); break;
            default: throw new InvariantException($"no handler for {happened.GetType().Name}");
        }
    }

    /// <summary>What is to be done now, in order; each is handed out once.</summary>
    public IReadOnlyList<ReplicaEffect> Drain()
    {
        LoseLeadership();
        while (Core.TakeReady(MayApply) is { } ready)
        {
            Take(ready);
        }

        FinishChange();
        LoseLeadership();
        if (Core.Role == RaftRole.Leader)
        {
            _effects.AddRange(_senders.Begin(Core));
        }

        if (_persist.Begin() is { } write)
        {
            _effects.Add(write);
        }

        BeginInstall();
        var taken = _effects.ToArray();
        _effects.Clear();
        return taken;
    }

    /// <summary>Bounded, and not while a snapshot takes the state machine's place.</summary>
    private bool MayApply => _appliesUnderWay < _options.MaxAppliesUnderWay && !Core.IsInstalling;

    private void Take(Ready ready)
    {
        _effects.AddRange(ready.Messages.Select(m => new ReplicaEffect.Send(m)));
        if (ready.MustPersist || (ready.MessagesAfterPersist.Count > 0 && !_persist.IsIdle))
        {
            _persist.Add(ready);
        }
        else
        {
            Release(ready.MessagesAfterPersist);
        }

        if (ready.Committed.Count > 0)
        {
            _appliesUnderWay++;
            _effects.Add(new ReplicaEffect.Apply(ready.Committed));
        }

        foreach (var read in ready.Reads)
        {
            OnReadOutcome(read);
        }

        // While one is being put in place nothing may touch what was received.
        foreach (var chunk in Core.IsInstalling ? [] : ready.Chunks)
        {
            _effects.AddRange(_receiver.Take(chunk));
        }

        _senders.Want(ready.SnapshotsWanted, Core.Start.Index);
    }

    /// <summary>Messages whose condition is met: on disk is all that came before them.</summary>
    private void Release(IReadOnlyList<Message> messages)
    {
        foreach (var message in messages)
        {
            if (message.To == Core.Self)
            {
                Core.Step(message);
            }
            else
            {
                _effects.Add(new ReplicaEffect.Send(message));
            }
        }
    }

    private void OnTicked()
    {
        Core.IsStalled = _persist.Tick() >= _options.StalledElections * Core.ElectionTicks;
        Core.Tick();
        if (Core.IsStalled)
        {
            // It hears its followers and they hear it, so nothing else would ever end a leadership whose disk neither fails nor returns.
            Core.MakeWay();
        }

        if (Core.Role != RaftRole.Leader)
        {
            return;
        }

        foreach (var member in _senders.Tick(Core, _effects))
        {
            Core.SnapshotFailed(member);
        }

        if (++_autopilotElapsed >= _options.AutopilotTicks)
        {
            _watch.Look(Core.ReadProgress(), Core.Commit, _autopilotElapsed, _policy, Core.ElectionTicks);
            _autopilotElapsed = 0;
            RunAutopilot();
        }
    }

    private void OnReceived(Message message)
    {
        if (message.To != Core.Self)
        {
            return;
        }

        Core.Step(message);
        if (message is Message.SnapshotReply reply
            && Core.Role == RaftRole.Leader
            && _senders.Find(reply.From) is { } sender
            && sender.Snapshot.Position.Index == reply.Index
            && sender.Answered(reply.Offset) is { } load)
        {
            _effects.Add(load);
        }
    }

    private void OnProposed(ReplicaEvent.Proposed proposed)
    {
        var refusal = Core.Propose(proposed.Command, out var index);
        if (refusal == ProposalRefusal.None)
        {
            _proposals.Add(index, Core.Term, proposed.Token);
        }
        else
        {
            Refuse(proposed.Token, refusal, null);
        }
    }

    private void Refuse(long token, ProposalRefusal refusal, string? reason)
    {
        var status = refusal switch
        {
            ProposalRefusal.NotLeader => ProposalStatus.NotLeader,
            ProposalRefusal.InvalidChange => ProposalStatus.Invalid,
            _ => ProposalStatus.Busy,
        };
        _effects.Add(new ReplicaEffect.ProposalDone(token, status, LogIndex.Zero, null, reason));
    }

    private void OnPersisted(ReplicaEvent.Persisted persisted)
    {
        var (reached, messages) = _persist.Complete(persisted.Batch);
        Core.IsStalled = false;
        if (reached is { } position)
        {
            Core.Persisted(position);
        }

        Release(messages);
    }

    private void OnApplied(ReplicaEvent.Applied applied)
    {
        InvariantException.Require(applied.Last - Applied == applied.Results.Count, $"applied up to {applied.Last} after {Applied} with {applied.Results.Count} results");
        _appliesUnderWay--;
        Applied = applied.Last;
        _effects.AddRange(_proposals.Applied(applied.Last, applied.Results));
        _effects.AddRange(_reads.Applied(Applied));
        if (!_checkpointUnderWay && Applied - _checkpointed >= _options.CheckpointEntries)
        {
            _checkpointUnderWay = true;
            _effects.Add(new ReplicaEffect.Checkpoint());
        }
    }

    private void OnReadOutcome(ReadOutcome outcome)
    {
        if (outcome.Index is { } index && index > Applied)
        {
            _reads.Add(outcome.Id, index);
        }
        else
        {
            _effects.Add(new ReplicaEffect.ReadDone(outcome.Id, outcome.Index is null ? null : Applied));
        }
    }

    /// <summary>What belonged to a leadership ends with it; another may have begun since.</summary>
    private void LoseLeadership()
    {
        Term? led = Core.Role == RaftRole.Leader ? Core.Term : null;
        _effects.AddRange(_proposals.Lose(led));
        if (_change is { } change && change.Term != led)
        {
            _change = null;
            _effects.Add(new ReplicaEffect.ProposalDone(change.Token, ProposalStatus.Unknown, LogIndex.Zero, null, "leadership was lost while the members changed"));
        }

        if (_led is not null && _led != led)
        {
            _senders.Clear();
            _watch.Clear();
            LastDecision = null;
        }

        _led = led;
    }
}
