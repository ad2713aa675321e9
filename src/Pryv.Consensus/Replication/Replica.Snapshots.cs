using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Replication;

/// <summary>Checkpoints, and snapshots on their way: both ends.</summary>
public sealed partial class Replica
{
    private void OnCheckpointed(ReplicaEvent.Checkpointed done)
    {
        _checkpointUnderWay = false;
        _checkpointed = LogIndex.Max(_checkpointed, done.Index);
        var target = _checkpointed - _options.KeepEntries;
        if (_senders.NeededFrom is { } needed)
        {
            target = LogIndex.Min(target, needed);
        }

        if (target > Core.Start.Index && !Core.IsInstalling)
        {
            Core.Compact(target);
            _effects.Add(new ReplicaEffect.Compact(target));
        }
    }

    private void OnSnapshotFailed()
    {
        foreach (var member in _senders.TakingFailed())
        {
            Core.SnapshotFailed(member);
        }
    }

    private void OnChunkLoaded(ReplicaEvent.ChunkLoaded loaded)
    {
        if (Core.Role == RaftRole.Leader && _senders.Find(loaded.To)?.Snapshot == loaded.Snapshot)
        {
            _effects.Add(new ReplicaEffect.Send(new Message.SnapshotChunk(
                Core.Self, loaded.To, Core.Term, loaded.Snapshot, loaded.Offset, loaded.Data)));
        }
    }

    private void OnChunkStored(ReplicaEvent.ChunkStored stored)
    {
        if (!_receiver.Stored(stored.Snapshot) || !Core.MayInstall(stored.Snapshot.Position))
        {
            return;
        }

        if (!Core.Leader.IsNone)
        {
            _effects.Add(new ReplicaEffect.Send(new Message.SnapshotReply(
                Core.Self, Core.Leader, Core.Term, stored.Snapshot.Position.Index, stored.Next)));
        }

        if (stored.Next == stored.Snapshot.Size)
        {
            Core.IsInstalling = true;
            _toInstall = stored.Snapshot;
        }
    }

    /// <summary>Entries taken in before belong to the log that the snapshot replaces: they are written first, or they would be appended to the new one.</summary>
    private void BeginInstall()
    {
        if (_toInstall is { } snapshot && !_persist.HoldsEntries)
        {
            _toInstall = null;
            _effects.Add(new ReplicaEffect.InstallSnapshot(snapshot));
        }
    }

    private void OnSnapshotInstalled(ReplicaEvent.SnapshotInstalled installed)
    {
        Core.Installed(installed.Snapshot.Position, installed.Snapshot.Configuration);
        Applied = _checkpointed = installed.Snapshot.Position.Index;
        _effects.AddRange(_reads.Applied(Applied));
    }

    private void OnSnapshotRejected()
    {
        _receiver.Reset();
        Core.IsInstalling = false;
    }
}
