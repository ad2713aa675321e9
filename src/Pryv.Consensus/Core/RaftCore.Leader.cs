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

        if (target.IsNone || target == Self || !Configuration.IsVoter(target) || !_progress.TryGetValue(target, out var to))
        {
            return false;
        }

        _transferTarget = target;
        _transferElapsed = 0;
        TimeoutNowIfReady(to);
        return true;
    }

    /// <summary>The leader makes way for a voter that it has heard of lately, which campaigns at once; where there is none it stays.</summary>
    public void MakeWay()
    {
        var successor = Role == RaftRole.Leader ? BestSuccessor() : MemberId.None;
        if (!successor.IsNone)
        {
            Send(new Message.TimeoutNow(Self, successor, Term));
            BecomeFollower(Term, MemberId.None);
        }
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

        return _uncommittedBytes >= _options.MaxUncommittedBytes ? ProposalRefusal.Busy : ProposalRefusal.None;
    }

    private void BecomeLeader()
    {
        InvariantException.Require(Role == RaftRole.Candidate, $"a {Role} cannot become leader");
        Role = RaftRole.Leader;
        SetLeader(Self);
        _heartbeatElapsed = 0;
        _quorumElapsed = 0;
        _uncommittedBytes = 0;
        _progress.Clear();
        SyncProgress();
        AppendOwn(EntryKind.Noop, ReadOnlyMemory<byte>.Empty);

        // Heartbeats at once, so that nobody else campaigns meanwhile.
        BroadcastHeartbeat();
    }

    private void TickLeader()
    {
        foreach (var (id, p) in _progress)
        {
            p.SilentTicks = id == Self ? 0 : p.SilentTicks + 1;
            p.SentInTick = false;
        }

        if (IsTransferring && ++_transferElapsed >= _options.ElectionTicks)
        {
            _transferTarget = MemberId.None;
        }

        if (++_quorumElapsed >= _options.ElectionTicks)
        {
            _quorumElapsed = 0;
            CheckQuorum();
        }

        if (Role == RaftRole.Leader && ++_heartbeatElapsed >= _options.HeartbeatTicks)
        {
            _heartbeatElapsed = 0;
            BroadcastHeartbeat();
            GiveAwayAsWitness();
        }
    }

    /// <summary>A leader that has not heard of a majority for an election timeout steps down, so that its clients look elsewhere (thesis, section 6.2).</summary>
    private void CheckQuorum()
    {
        var active = Configuration.Quorum.Result(id =>
            id == Self || (_progress.TryGetValue(id, out var p) && p.RecentlyActive));
        foreach (var p in _progress.Values)
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
            .Where(m => m.Id != Self && m.Role == MemberRole.Voter && _progress.TryGetValue(m.Id, out var p) && p.EverHeard && p.SilentTicks < _options.ElectionTicks)
            .OrderByDescending(m => _progress[m.Id].Match.Value)
            .Select(m => m.Id)
            .FirstOrDefault(MemberId.None);

    private void TimeoutNowIfReady(Progress to)
    {
        if (to.Match == _log.Last)
        {
            Send(new Message.TimeoutNow(Self, _transferTarget, Term));
        }
    }

    private LogIndex AppendOwn(EntryKind kind, ReadOnlyMemory<byte> data)
    {
        var entry = new Entry(_log.Last.Next(), Term, kind, data);
        _log.Append([entry]);
        _uncommittedBytes += entry.Size;
        return entry.Index;
    }

    private LogIndex AppendConfiguration(Configuration configuration)
    {
        var index = AppendOwn(EntryKind.Configuration, ConfigurationCodec.Encode(configuration));
        _configurations.Add(index, configuration);
        SyncProgress();
        return index;
    }

    /// <summary>Progress for exactly the members of the configuration in force.</summary>
    private void SyncProgress()
    {
        foreach (var gone in _progress.Keys.Where(id => Configuration.Find(id) is null).ToList())
        {
            _progress.Remove(gone);
        }

        foreach (var member in Configuration.All.Where(m => !_progress.ContainsKey(m.Id)))
        {
            _progress[member.Id] = new Progress(_log.Last.Next(), new Inflight(_options.MaxInflightMessages, _options.MaxInflightBytes))
            {
                RecentlyActive = true,
            };
        }
    }

    /// <summary>Commits what a quorum has on disk, but counts only for entries of its own term (Raft, section 5.4.2).</summary>
    private void AdvanceCommit()
    {
        var acknowledged = Configuration.Quorum.Committed(id =>
            _progress.TryGetValue(id, out var p) ? p.Match : LogIndex.Zero);
        if (acknowledged <= Commit || _log.TermAt(acknowledged) != Term)
        {
            return;
        }

        var before = Commit;
        _log.CommitTo(acknowledged);
        ReleaseUncommitted(before);
        AfterCommit();
    }

    private void ReleaseUncommitted(LogIndex before)
    {
        _uncommittedBytes = Commit == _log.Last
            ? 0
            : Math.Max(0, _uncommittedBytes - _log.Read(before.Next(), Commit, int.MaxValue).Sum(e => (long)e.Size));
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

            _stepDownAfterReady = true;
        }
    }
}
