using Pryv.Consensus.Membership;
using Pryv.Consensus.Quorum;
using Pryv.Consensus.Wire;

namespace Pryv.Consensus.Core;

/// <summary>What a leader does by itself: heartbeats, checking its quorum, handing over, committing (Raft, section 5.3 and 5.4.2; thesis, sections 3.10 and 6.2).</summary>
public sealed partial class RaftCore
{
    /// <summary>Appends a command for the state machine; its index when taken.</summary>
    public ProposalRefusal Propose(ReadOnlyMemory<byte> command, out LogIndex index)
    {
        index = LogIndex.Zero;
        var refusal = WhyNotPropose();
        if (refusal == ProposalRefusal.None)
        {
            index = AppendOwn(EntryKind.Command, command);
        }

        return refusal;
    }

    /// <summary>Appends a change of the configuration; the joint one ends by itself once it is committed.</summary>
    public ProposalRefusal ProposeChange(IReadOnlyCollection<MemberChange> changes, out LogIndex index, out string? reason)
    {
        (index, reason) = (LogIndex.Zero, null);
        var refusal = WhyNotPropose();
        if (refusal != ProposalRefusal.None)
        {
            return refusal;
        }

        if (ConfigurationIndex > Commit || !HasCommittedInTerm)
        {
            reason = "the change before is not committed yet; try again in a moment";
            return ProposalRefusal.InvalidChange;
        }

        var next = Configuration.Change(changes, out reason);
        if (next is null)
        {
            return ProposalRefusal.InvalidChange;
        }

        index = AppendConfiguration(next);
        return ProposalRefusal.None;
    }

    /// <summary>Begins to hand leadership to <paramref name="target"/>, or to the voter that is furthest; false when there is none or this is no leader.</summary>
    public bool Transfer(MemberId target)
    {
        if (Role != RaftRole.Leader || IsTransferring)
        {
            return false;
        }

        if (target.IsNone)
        {
            target = BestSuccessor();
        }

        if (target.IsNone || target == Self || !Configuration.IsVoter(target) || !progress.TryGetValue(target, out var to))
        {
            return false;
        }

        transferTarget = target;
        transferElapsed = 0;
        TimeoutNowIfReady(to);
        return true;
    }

    private ProposalRefusal WhyNotPropose()
    {
        if (Role != RaftRole.Leader)
        {
            return ProposalRefusal.NotLeader;
        }

        if (IsTransferring)
        {
            return ProposalRefusal.Transferring;
        }

        return uncommittedBytes >= options.MaxUncommittedBytes ? ProposalRefusal.Busy : ProposalRefusal.None;
    }

    private void BecomeLeader()
    {
        InvariantException.Require(Role == RaftRole.Candidate, $"a {Role} cannot become leader");
        Role = RaftRole.Leader;
        SetLeader(Self);
        heartbeatElapsed = 0;
        quorumElapsed = 0;
        uncommittedBytes = 0;
        progress.Clear();
        SyncProgress();
        AppendOwn(EntryKind.Noop, ReadOnlyMemory<byte>.Empty);

        // Heartbeats at once, so that nobody else campaigns meanwhile.
        BroadcastHeartbeat();
    }

    private void TickLeader()
    {
        foreach (var (id, p) in progress)
        {
            p.SilentTicks = id == Self ? 0 : p.SilentTicks + 1;
        }

        if (IsTransferring && ++transferElapsed >= options.ElectionTicks)
        {
            transferTarget = MemberId.None;
        }

        if (++quorumElapsed >= options.ElectionTicks)
        {
            quorumElapsed = 0;
            CheckQuorum();
        }

        if (Role == RaftRole.Leader && ++heartbeatElapsed >= options.HeartbeatTicks)
        {
            heartbeatElapsed = 0;
            BroadcastHeartbeat();
            GiveAwayAsWitness();
        }
    }

    /// <summary>A leader that has not heard of a majority for an election timeout steps down, so that its clients look elsewhere (thesis, section 6.2).</summary>
    private void CheckQuorum()
    {
        var active = Configuration.Quorum.Result(id =>
            id == Self || (progress.TryGetValue(id, out var p) && p.RecentlyActive));
        foreach (var p in progress.Values)
        {
            p.RecentlyActive = false;
        }

        if (active != VoteResult.Won)
        {
            BecomeFollower(Term, MemberId.None);
        }
    }

    private void GiveAwayAsWitness()
    {
        if (Configuration.IsWitness(Self) && HasCommittedInTerm && !IsTransferring)
        {
            Transfer(MemberId.None);
        }
    }

    private MemberId BestSuccessor() =>
        Configuration.Voters
            .Where(m => m.Id != Self && m.Role == MemberRole.Voter && progress.TryGetValue(m.Id, out var p) && p.EverHeard && p.SilentTicks < options.ElectionTicks)
            .OrderByDescending(m => progress[m.Id].Match.Value)
            .Select(m => m.Id)
            .FirstOrDefault(MemberId.None);

    private void TimeoutNowIfReady(Progress to)
    {
        if (to.Match == log.Last)
        {
            Send(new Message.TimeoutNow(Self, transferTarget, Term));
        }
    }

    private LogIndex AppendOwn(EntryKind kind, ReadOnlyMemory<byte> data)
    {
        var entry = new Entry(log.Last.Next(), Term, kind, data);
        log.Append([entry]);
        uncommittedBytes += entry.Size;
        return entry.Index;
    }

    private LogIndex AppendConfiguration(Configuration configuration)
    {
        var index = AppendOwn(EntryKind.Configuration, ConfigurationCodec.Encode(configuration));
        configurations.Add(index, configuration);
        SyncProgress();
        return index;
    }

    /// <summary>Progress for exactly the members of the configuration in force.</summary>
    private void SyncProgress()
    {
        foreach (var gone in progress.Keys.Where(id => Configuration.Find(id) is null).ToList())
        {
            progress.Remove(gone);
        }

        foreach (var member in Configuration.All.Where(m => !progress.ContainsKey(m.Id)))
        {
            progress[member.Id] = new Progress(log.Last.Next(), new Inflight(options.MaxInflightMessages, options.MaxInflightBytes))
            {
                RecentlyActive = true,
            };
        }
    }

    /// <summary>Commits what a quorum has on disk, but counts only for entries of its own term (Raft, section 5.4.2).</summary>
    private void AdvanceCommit()
    {
        var acknowledged = Configuration.Quorum.Committed(id =>
            progress.TryGetValue(id, out var p) ? p.Match : LogIndex.Zero);
        if (acknowledged <= Commit || log.TermAt(acknowledged) != Term)
        {
            return;
        }

        var before = Commit;
        log.CommitTo(acknowledged);
        ReleaseUncommitted(before);
        AfterCommit();
    }

    private void ReleaseUncommitted(LogIndex before)
    {
        uncommittedBytes = Commit == log.Last
            ? 0
            : Math.Max(0, uncommittedBytes - log.Read(before.Next(), Commit, int.MaxValue).Sum(e => (long)e.Size));
    }

    /// <summary>A committed joint configuration is followed by the plain one; a leader that is no voter of that hands over and steps down (Raft, section 6).</summary>
    private void AfterCommit()
    {
        if (ConfigurationIndex > Commit)
        {
            return;
        }

        if (Configuration.IsJoint)
        {
            AppendConfiguration(Configuration.Leave());
            return;
        }

        if (!Configuration.IsVoter(Self))
        {
            var successor = BestSuccessor();
            if (!successor.IsNone)
            {
                Send(new Message.TimeoutNow(Self, successor, Term));
            }

            stepDownAfterReady = true;
        }
    }
}
