namespace Pryv.Consensus.Core;

/// <summary>Snapshots as far as the protocol goes (Raft, section 7): who may send one, and what its end means. The pieces themselves are carried by the replica.</summary>
public sealed partial class RaftCore
{
    /// <summary>The sending of a snapshot failed or was given up; the member is probed again.</summary>
    public void SnapshotFailed(MemberId member)
    {
        if (Role == RaftRole.Leader && _progress.TryGetValue(member, out var p) && p.State == ReplicationState.Snapshot)
        {
            p.BecomeProbe();
        }
    }

    /// <summary>Whether <paramref name="member"/> waits for a snapshot.</summary>
    public bool NeedsSnapshot(MemberId member) =>
        Role == RaftRole.Leader && _progress.TryGetValue(member, out var p) && p.State == ReplicationState.Snapshot;

    /// <summary>
    /// Whether a snapshot that has been received may take the place of state and log: it is ahead of both, and nobody
    /// else began to lead or campaigns from here, for that log must stay.
    /// </summary>
    public bool MayInstall(LogPosition snapshot) =>
        Role == RaftRole.Follower && !IsInstalling && snapshot.Index > Commit && !_log.Matches(snapshot);

    private void OnSnapshotChunk(Message.SnapshotChunk m)
    {
        FollowLeader(m.From);
        if (IsInstalling)
        {
            return;
        }

        if (_log.Matches(m.Snapshot.Position))
        {
            // The log holds all of it, and what lies behind may have been acknowledged (Raft, figure 13, step 6).
            _log.CommitTo(m.Snapshot.Position.Index);
        }

        if (m.Snapshot.Position.Index <= _log.Commit)
        {
            SendAfterPersist(new Message.AppendReply(Self, m.From, Term, true, _log.Commit, LogPosition.Zero));
            return;
        }

        _chunks.Add(m);
    }

    private void OnSnapshotReply(Message.SnapshotReply m)
    {
        if (Role == RaftRole.Leader && _progress.TryGetValue(m.From, out var p))
        {
            p.Heard();
        }
    }
}
