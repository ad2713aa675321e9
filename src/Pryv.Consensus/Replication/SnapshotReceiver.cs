using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>The follower's side of snapshots: one piece is stored at a time; the sender repeats what was dropped meanwhile.</summary>
internal sealed class SnapshotReceiver
{
    private SnapshotMeta? _storing;

    public IEnumerable<ReplicaEffect> Take(Message.SnapshotChunk chunk)
    {
        if (_storing is not null)
        {
            yield break;
        }

        _storing = chunk.Snapshot;
        yield return new ReplicaEffect.StoreChunk(chunk.Snapshot, chunk.Offset, chunk.Data);
    }

    /// <summary>What was received is gone.</summary>
    public void Reset() => _storing = null;

    /// <summary>Whether it is the piece that was given out.</summary>
    public bool Stored(SnapshotMeta snapshot)
    {
        var expected = _storing == snapshot;
        _storing = null;
        return expected;
    }
}
