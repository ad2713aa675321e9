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

    private void OnSnapshotChunk(Message.SnapshotChunk m)
    {
        FollowLeader(m.From);
        if (IsInstalling)
        {
            return;
        }

        if (m.Snapshot.Position.Index <= _log.Commit)
        {
            // We have all of it, by a snapshot before or from the log.
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
