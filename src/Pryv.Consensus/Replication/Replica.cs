using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Replication;

/// <summary>
/// One member: the core with what it needs around it, and still no clock, disk or network. <see cref="Step"/> takes what
/// happened, <see cref="Drain"/> gives what is to be done. Production and the simulator run this very code; one thread at a time.
/// </summary>
public sealed class Replica
{
    private readonly ReplicaOptions options;
    private readonly PersistQueue persist = new();
    private readonly PendingProposals proposals = new();
    private readonly WaitingReads reads = new();
    private readonly SnapshotSenders senders;
    private readonly SnapshotReceiver receiver = new();
    private readonly MemberWatch watch = new();
    private readonly List<ReplicaEffect> effects = [];

    private AutopilotPolicy policy = new();
    private long? changeToken;
    private int appliesUnderWay;
    private int autopilotElapsed;
    private bool checkpointUnderWay;
    private LogIndex checkpointed;
    private bool led;

    /// <summary>Starts a member from its log.</summary>
    /// <param name="identity">Whose log it is.</param>
    /// <param name="log">The log on disk.</param>
    /// <param name="start">What stands before its first entry.</param>
    /// <param name="configurations">Its configuration entries, ascending.</param>
    /// <param name="hardState">As last made durable.</param>
    /// <param name="applied">How far the state machine is.</param>
    /// <param name="options">Timing and bounds.</param>
    /// <param name="seed">For election timeouts; different on each member.</param>
    /// <exception cref="InvariantException">The log lacks what is committed or applied.</exception>
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
        this.options = options;
        Core = new RaftCore(identity.Member, options.Raft, log, start, configurations, hardState, applied, seed);
        senders = new SnapshotSenders(options);
        Applied = Core.Applied;
        checkpointed = Core.Applied;
    }

    /// <summary>To look at, not to change.</summary>
    public RaftCore Core { get; }

    /// <summary>The state machine has applied everything up to here.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>What autopilot last decided, for people; null when it did nothing in this leadership.</summary>
    public string? LastDecision { get; private set; }

    public MemberView View(MemberId member) => watch.View(member);

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
            case ReplicaEvent.PolicyChanged e: policy = e.Policy; break;
            case ReplicaEvent.Persisted e: OnPersisted(e); break;
            case ReplicaEvent.Applied e: OnApplied(e); break;
            case ReplicaEvent.Checkpointed e: OnCheckpointed(e); break;
            case ReplicaEvent.SnapshotTaken e: senders.Taken(e.Snapshot); break;
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
        while (Core.TakeReady(MayApply) is { } ready)
        {
            Take(ready);
        }

        LoseLeadership();
        FinishChange();
        if (Core.Role == RaftRole.Leader)
        {
            effects.AddRange(senders.Begin(Core));
        }

        if (persist.Begin() is { } write)
        {
            effects.Add(write);
        }

        var taken = effects.ToArray();
        effects.Clear();
        return taken;
    }

    /// <summary>Bounded, and not while a snapshot takes the state machine's place.</summary>
    private bool MayApply => appliesUnderWay < options.MaxAppliesUnderWay && !Core.IsInstalling;

    private void Take(Ready ready)
    {
        effects.AddRange(ready.Messages.Select(m => new ReplicaEffect.Send(m)));
        if (ready.MustPersist || (ready.MessagesAfterPersist.Count > 0 && !persist.IsIdle))
        {
            persist.Add(ready);
        }
        else
        {
            Release(ready.MessagesAfterPersist);
        }

        if (ready.Committed.Count > 0)
        {
            appliesUnderWay++;
            effects.Add(new ReplicaEffect.Apply(ready.Committed));
        }

        foreach (var read in ready.Reads)
        {
            OnReadOutcome(read);
        }

        foreach (var chunk in ready.Chunks)
        {
            effects.AddRange(receiver.Take(chunk));
        }

        senders.Want(ready.SnapshotsWanted);
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
                effects.Add(new ReplicaEffect.Send(message));
            }
        }
    }

    private void OnTicked()
    {
        Core.Tick();
        if (Core.Role != RaftRole.Leader)
        {
            return;
        }

        foreach (var member in senders.Tick(Core, effects))
        {
            Core.SnapshotFailed(member);
        }

        if (++autopilotElapsed >= options.AutopilotTicks)
        {
            watch.Look(Core.ReadProgress(), Core.Commit, autopilotElapsed, policy, options.Raft.ElectionTicks);
            autopilotElapsed = 0;
            RunAutopilot();
        }
    }

    private void RunAutopilot()
    {
        if (changeToken is not null || !Core.HasCommittedInTerm || Core.IsTransferring)
        {
            return;
        }

        var decision = Autopilot.Decide(Core.Configuration, Core.Self, watch.View, policy);
        if (decision is not null && Core.ProposeChange(decision.Changes, out _, out _) == ProposalRefusal.None)
        {
            LastDecision = decision.Reason;
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
            && senders.Find(reply.From) is { } sender
            && sender.Snapshot.Position.Index == reply.Index
            && sender.Answered(reply.Offset) is { } load)
        {
            effects.Add(load);
        }
    }

    private void OnProposed(ReplicaEvent.Proposed proposed)
    {
        var refusal = Core.Propose(proposed.Command, out var index);
        if (refusal == ProposalRefusal.None)
        {
            proposals.Add(index, proposed.Token);
        }
        else
        {
            Refuse(proposed.Token, refusal, null);
        }
    }

    private void OnChangeAsked(long token, IReadOnlyCollection<MemberChange> changes)
    {
        var refusal = changeToken is null
            ? Core.ProposeChange(changes, out _, out var reason)
            : Refused("another membership change is under way; try again in a moment", out reason);
        if (refusal == ProposalRefusal.None)
        {
            changeToken = token;
        }
        else
        {
            Refuse(token, refusal, reason);
        }
    }

    private static ProposalRefusal Refused(string why, out string? reason)
    {
        reason = why;
        return ProposalRefusal.InvalidChange;
    }

    private void OnRemovalAsked(ReplicaEvent.RemovalAsked asked)
    {
        watch.Look(Core.ReadProgress(), Core.Commit, 0, policy, options.Raft.ElectionTicks);
        var decision = Autopilot.Remove(Core.Configuration, asked.Member, Core.Self, watch.View, policy);
        OnChangeAsked(asked.Token, decision.Changes);
        LastDecision = decision.Reason;
    }

    private void OnTransferAsked(ReplicaEvent.TransferAsked asked)
    {
        var begun = Core.Transfer(asked.Target);
        effects.Add(new ReplicaEffect.ProposalDone(
            asked.Token,
            begun ? ProposalStatus.Applied : Core.Role == RaftRole.Leader ? ProposalStatus.Invalid : ProposalStatus.NotLeader,
            Core.Commit,
            null,
            begun ? null : "there is no other voter that could lead, or this node does not lead"));
    }

    private void Refuse(long token, ProposalRefusal refusal, string? reason)
    {
        var status = refusal switch
        {
            ProposalRefusal.NotLeader => ProposalStatus.NotLeader,
            ProposalRefusal.InvalidChange => ProposalStatus.Invalid,
            _ => ProposalStatus.Busy,
        };
        effects.Add(new ReplicaEffect.ProposalDone(token, status, LogIndex.Zero, null, reason));
    }

    private void OnPersisted(ReplicaEvent.Persisted persisted)
    {
        var (reached, messages) = persist.Complete(persisted.Batch);
        if (reached is { } position)
        {
            Core.Persisted(position);
        }

        Release(messages);
    }

    private void OnApplied(ReplicaEvent.Applied applied)
    {
        InvariantException.Require(applied.Last - Applied == applied.Results.Count, $"applied up to {applied.Last} after {Applied} with {applied.Results.Count} results");
        appliesUnderWay--;
        Applied = applied.Last;
        effects.AddRange(proposals.Applied(applied.Last, applied.Results));
        effects.AddRange(reads.Applied(Applied));
        if (!checkpointUnderWay && Applied - checkpointed >= options.CheckpointEntries)
        {
            checkpointUnderWay = true;
            effects.Add(new ReplicaEffect.Checkpoint());
        }
    }

    private void OnReadOutcome(ReadOutcome outcome)
    {
        if (outcome.Index is { } index && index > Applied)
        {
            reads.Add(outcome.Id, index);
        }
        else
        {
            effects.Add(new ReplicaEffect.ReadDone(outcome.Id, outcome.Index is null ? null : Applied));
        }
    }

    private void OnCheckpointed(ReplicaEvent.Checkpointed done)
    {
        checkpointUnderWay = false;
        checkpointed = LogIndex.Max(checkpointed, done.Index);
        var target = checkpointed - options.KeepEntries;
        if (senders.NeededFrom is { } needed)
        {
            target = LogIndex.Min(target, needed);
        }

        if (target > Core.Start.Index && !Core.IsInstalling)
        {
            Core.Compact(target);
            effects.Add(new ReplicaEffect.Compact(target));
        }
    }

    private void OnSnapshotFailed()
    {
        foreach (var member in senders.TakingFailed())
        {
            Core.SnapshotFailed(member);
        }
    }

    private void OnChunkLoaded(ReplicaEvent.ChunkLoaded loaded)
    {
        if (Core.Role == RaftRole.Leader && senders.Find(loaded.To)?.Snapshot == loaded.Snapshot)
        {
            effects.Add(new ReplicaEffect.Send(new Message.SnapshotChunk(
                Core.Self, loaded.To, Core.Term, loaded.Snapshot, loaded.Offset, loaded.Data)));
        }
    }

    private void OnChunkStored(ReplicaEvent.ChunkStored stored)
    {
        if (!receiver.Stored(stored.Snapshot) || Core.IsInstalling || stored.Snapshot.Position.Index <= Core.Commit)
        {
            return;
        }

        if (!Core.Leader.IsNone && Core.Role == RaftRole.Follower)
        {
            effects.Add(new ReplicaEffect.Send(new Message.SnapshotReply(
                Core.Self, Core.Leader, Core.Term, stored.Snapshot.Position.Index, stored.Next)));
        }

        if (stored.Next == stored.Snapshot.Size)
        {
            Core.IsInstalling = true;
            effects.Add(new ReplicaEffect.InstallSnapshot(stored.Snapshot));
        }
    }

    private void OnSnapshotInstalled(ReplicaEvent.SnapshotInstalled installed)
    {
        Core.Installed(installed.Snapshot.Position, installed.Snapshot.Configuration);
        Applied = checkpointed = installed.Snapshot.Position.Index;
        effects.AddRange(reads.Applied(Applied));
    }

    private void OnSnapshotRejected()
    {
        receiver.Reset();
        Core.IsInstalling = false;
    }

    private void LoseLeadership()
    {
        if (led && Core.Role != RaftRole.Leader)
        {
            effects.AddRange(proposals.Lose());
            senders.Clear();
            watch.Clear();
            LastDecision = null;
            if (changeToken is { } token)
            {
                changeToken = null;
                effects.Add(new ReplicaEffect.ProposalDone(token, ProposalStatus.Unknown, LogIndex.Zero, null, "leadership was lost while the members changed"));
            }
        }

        led = Core.Role == RaftRole.Leader;
    }

    /// <summary>A change is done when the plain configuration that it leads to is committed.</summary>
    private void FinishChange()
    {
        if (changeToken is { } token && !Core.Configuration.IsJoint && Core.ConfigurationIndex <= Core.Commit)
        {
            changeToken = null;
            effects.Add(new ReplicaEffect.ProposalDone(token, ProposalStatus.Applied, Core.ConfigurationIndex, null, null));
        }
    }
}
