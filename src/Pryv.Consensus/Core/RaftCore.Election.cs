using Pryv.Consensus.Quorum;

namespace Pryv.Consensus.Core;

/// <summary>Elections: timers, pre-vote, vote, and what becomes of a member by them (Raft, sections 5.2 and 5.4; thesis, section 9.6).</summary>
public sealed partial class RaftCore
{
    /// <summary>One unit of time has passed.</summary>
    public void Tick()
    {
        if (Role == RaftRole.Leader)
        {
            TickLeader();
            return;
        }

        _electionElapsed++;
        TickForwardedReads();
        if (_electionElapsed < _electionTimeout)
        {
            return;
        }

        ResetElectionTimer();
        SetLeader(MemberId.None);
        if (IsPromotable)
        {
            Campaign(preVote: true, transfer: false);
        }
    }

    private void ResetElectionTimer()
    {
        _electionElapsed = 0;

        // A witness waits longer, so that a voter that can keep leadership comes first.
        var patience = _isNew ? _options.StartTicks ?? _options.ElectionTicks : _options.ElectionTicks;
        var least = Configuration.IsWitness(Self) ? patience + _options.ElectionTicks : patience;
        var spread = _random.Next(_options.ElectionTicks);
        _electionTimeout = _isNew && _options.StartTicks is not null && IsOnlyVoter ? 1 : least + spread;
    }

    private bool IsOnlyVoter => Configuration.IsVoter(Self) && Configuration.All.Count(m => Configuration.IsVoter(m.Id)) == 1;

    private void Campaign(bool preVote, bool transfer)
    {
        var campaignTerm = Term.Next();
        _votes.Clear();
        if (preVote)
        {
            Role = RaftRole.PreCandidate;
            _votes[Self] = true;
        }
        else
        {
            BecomeCandidate(campaignTerm);
        }

        if (preVote && Tally() == VoteResult.Won)
        {
            Campaign(preVote: false, transfer);
            return;
        }

        foreach (var voter in Configuration.All.Where(m => m.Id != Self && Configuration.IsVoter(m.Id)))
        {
            Send(preVote
                ? new Message.PreVote(Self, voter.Id, campaignTerm, _log.LastPosition)
                : new Message.Vote(Self, voter.Id, campaignTerm, _log.LastPosition, transfer));
        }
    }

    private void BecomeCandidate(Term term)
    {
        Term = term;
        _isNew = false;
        Role = RaftRole.Candidate;
        SetLeader(MemberId.None);
        _votedFor = Self;
        ResetElectionTimer();

        // Our own vote counts once it is on disk, like everybody else's.
        SendAfterPersist(new Message.VoteReply(Self, Self, term, true));
    }

    private void OnPreVote(Message.PreVote m)
    {
        var granted = m.Term > Term && !HeardOfLeaderRecently && m.Last.IsAtLeast(_log.LastPosition);
        SendAfterPersist(new Message.PreVoteReply(Self, m.From, granted ? m.Term : Term, granted));
    }

    private void OnPreVoteReply(Message.PreVoteReply m)
    {
        // A granted one carries the term that was asked for; one of an earlier campaign does not count.
        if (Role != RaftRole.PreCandidate || (m.Granted && m.Term != Term.Next()))
        {
            return;
        }

        _votes.TryAdd(m.From, m.Granted);
        switch (Tally())
        {
            case VoteResult.Won: Campaign(preVote: false, transfer: false); break;
            case VoteResult.Lost: BecomeFollower(Term, MemberId.None); break;
            default: break;
        }
    }

    /// <summary>
    /// Members vote whatever role they believe to have: a learner whose promotion is in the candidate's log but not yet
    /// in its own would otherwise hold up the election (thesis, section 4.2.2).
    /// </summary>
    private void OnVote(Message.Vote m)
    {
        var free = _votedFor == m.From || (_votedFor.IsNone && Leader.IsNone);
        var granted = free && m.Last.IsAtLeast(_log.LastPosition) && !IsInstalling;
        if (granted)
        {
            _votedFor = m.From;
            _electionElapsed = 0;
        }

        SendAfterPersist(new Message.VoteReply(Self, m.From, Term, granted));
    }

    private void OnVoteReply(Message.VoteReply m)
    {
        if (Role != RaftRole.Candidate)
        {
            return;
        }

        _votes.TryAdd(m.From, m.Granted);
        switch (Tally())
        {
            case VoteResult.Won: BecomeLeader(); break;
            case VoteResult.Lost: BecomeFollower(Term, MemberId.None); break;
            default: break;
        }
    }

    private VoteResult Tally() =>
        Configuration.Quorum.Result(id => _votes.TryGetValue(id, out var granted) ? granted : null);

    /// <summary>Only from the leader that is followed, which need not be a member any more: one that was removed hands over too.</summary>
    private void OnTimeoutNow(Message.TimeoutNow m)
    {
        if (Role != RaftRole.Leader && IsPromotable && m.From == Leader)
        {
            Campaign(preVote: false, transfer: true);
        }
    }

    private void BecomeFollower(Term term, MemberId leader)
    {
        if (term > Term)
        {
            Term = term;
            _votedFor = MemberId.None;
        }

        if (Role == RaftRole.Leader)
        {
            FailReads();
        }

        Role = RaftRole.Follower;
        SetLeader(leader);
        _transferTarget = MemberId.None;
        _progress.Clear();
        _votes.Clear();
        ResetElectionTimer();
    }

    private void SetLeader(MemberId leader)
    {
        if (Leader != leader)
        {
            Leader = leader;
            _isNew = false;
            FailForwardedReads();
        }
    }
}
