using Pryv.Consensus.Wire;

namespace Pryv.Consensus.Core;

/// <summary>Log replication, both ends (Raft, section 5.3; thesis, section 10.2 for pipelining).</summary>
public sealed partial class RaftCore
{
    private void OnAppend(Message.Append m)
    {
        FollowLeader(m.From);
        if (IsInstalling)
        {
            return;
        }

        if (m.Previous.Index < _log.Commit)
        {
            SkipCommitted(m);
            return;
        }

        if (!_log.Matches(m.Previous))
        {
            var hint = _log.LastAtMost(m.Previous.Index, m.Previous.Term);
            SendAfterPersist(new Message.AppendReply(Self, m.From, Term, false, m.Previous.Index, hint));
            return;
        }

        TakeEntries(m, m.Entries);
    }

    /// <summary>A message that begins before our commit index is an old one or overlaps it: its start matches for sure, the rest is looked at.</summary>
    private void SkipCommitted(Message.Append m)
    {
        var skip = (int)Math.Min(m.Entries.Count, _log.Commit - m.Previous.Index);
        var rest = m.Entries.Skip(skip).ToList();
        if (rest.Count > 0)
        {
            TakeEntries(m, rest);
            return;
        }

        SendAfterPersist(new Message.AppendReply(Self, m.From, Term, true, _log.Commit, LogPosition.Zero));
    }

    private void TakeEntries(Message.Append m, IReadOnlyList<Entry> entries)
    {
        var lastNew = m.Previous.Index + m.Entries.Count;
        var fresh = entries.SkipWhile(e => _log.TermAt(e.Index) == e.Term).ToList();
        if (fresh.Count > 0)
        {
            // Only a conflict cuts the log; a message that arrives late must not (Raft, figure 2, AppendEntries 3).
            _configurations.TruncateFrom(fresh[0].Index);
            _log.Append(fresh);
            foreach (var entry in fresh.Where(e => e.Kind == EntryKind.Configuration))
            {
                _configurations.Add(entry.Index, ConfigurationCodec.Decode(entry.Data));
            }
        }

        _log.CommitTo(LogIndex.Min(m.Commit, lastNew));
        SendAfterPersist(new Message.AppendReply(Self, m.From, Term, true, lastNew, LogPosition.Zero));
    }

    private void FollowLeader(MemberId from)
    {
        InvariantException.Require(Role != RaftRole.Leader || from == Self, $"two leaders in term {Term}: {Self} and {from}");
        if (Role != RaftRole.Follower)
        {
            BecomeFollower(Term, from);
        }

        _electionElapsed = 0;
        SetLeader(from);
    }

    private void OnAppendReply(Message.AppendReply m)
    {
        if (Role != RaftRole.Leader || !_progress.TryGetValue(m.From, out var p))
        {
            return;
        }

        p.Heard();
        if (m.Accepted)
        {
            OnAccepted(m, p);
        }
        else if (p.Refused(m.Index, _log.LastAtMost(m.Hint.Index, m.Hint.Term).Index))
        {
            SendAppend(m.From, p);
        }
    }

    private void OnAccepted(Message.AppendReply m, Progress p)
    {
        InvariantException.Require(m.Index <= _log.Last, $"member {m.From} acknowledges {m.Index}, the log ends at {_log.Last}");
        if (p.State == ReplicationState.Snapshot && m.Index < Start.Index)
        {
            return;
        }

        if (p.State == ReplicationState.Snapshot)
        {
            p.BecomeProbe();
        }

        var news = p.Accepted(m.Index);
        if (news)
        {
            AdvanceCommit();
        }

        if (m.From == _transferTarget)
        {
            TimeoutNowIfReady(p);
        }
    }

    private void OnHeartbeat(Message.Heartbeat m)
    {
        FollowLeader(m.From);
        if (!IsInstalling)
        {
            _log.CommitTo(LogIndex.Min(m.Commit, _log.Last));
        }

        Send(new Message.HeartbeatReply(Self, m.From, Term, m.Round));
    }

    private void OnHeartbeatReply(Message.HeartbeatReply m)
    {
        if (Role != RaftRole.Leader || !_progress.TryGetValue(m.From, out var p))
        {
            return;
        }

        p.Heard();
        p.ProbeSent = false;
        p.Round = Math.Max(p.Round, m.Round);
        if (p.State != ReplicationState.Snapshot && p.Match < _log.Last)
        {
            // What was sent may be lost: an empty message at the end makes a gap show.
            SendAppend(m.From, p, evenIfEmpty: true);
        }

        ConfirmReads();
    }

    private void BroadcastHeartbeat()
    {
        _round++;
        foreach (var (id, p) in _progress)
        {
            if (id != Self)
            {
                // Never a commit index past what the member is known to have: its log may still hold others' entries there.
                Send(new Message.Heartbeat(Self, id, Term, LogIndex.Min(Commit, p.Match), _round));
            }
        }
    }

    /// <summary>Sends what followers lack, as far as their windows allow.</summary>
    private void Replicate()
    {
        foreach (var (id, p) in _progress)
        {
            if (id == Self)
            {
                continue;
            }

            while (!p.IsPaused && p.Next <= _log.Last && !Gathers(p) && SendAppend(id, p))
            {
            }

            if (!p.IsPaused && p.State == ReplicationState.Replicate && p.CommitSent < Commit && !Gathers(p))
            {
                SendAppend(id, p, evenIfEmpty: true);
            }
        }
    }

    /// <summary>Little is to be sent, and an answer is due any moment: then more may have come.</summary>
    private bool Gathers(Progress p) =>
        p is { State: ReplicationState.Replicate, InflightCount: > 0, SentInTick: true } && _log.Last - p.Next.Previous() < _options.GatherEntries;

    /// <summary>One Append message; false when nothing was sent.</summary>
    private bool SendAppend(MemberId to, Progress p, bool evenIfEmpty = false)
    {
        var previous = p.Next.Previous();
        if (_log.TermAt(previous) is not { } term || previous < Start.Index)
        {
            p.BecomeSnapshot();
            _snapshotsWanted.Add(to);
            return false;
        }

        var entries = _log.Read(p.Next, _log.Last, _options.MaxAppendBytes);
        if (p.State == ReplicationState.Replicate && p.IsPaused)
        {
            entries = [];
        }

        if (entries.Count == 0 && !evenIfEmpty)
        {
            return false;
        }

        Send(new Message.Append(Self, to, Term, new LogPosition(previous, term), Commit, entries));
        p.CommitSent = LogIndex.Min(Commit, previous + entries.Count);
        if (entries.Count > 0 || p.State == ReplicationState.Probe)
        {
            p.Sent(previous + entries.Count, entries.Sum(e => e.Size));
        }

        return true;
    }
}
