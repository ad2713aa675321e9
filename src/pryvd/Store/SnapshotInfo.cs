using Pryv.Consensus;

namespace Pryvd.Store;

/// <summary>What a snapshot file says of itself.</summary>
/// <param name="ClusterId">Empty when the state holds no cluster yet.</param>
/// <param name="Configuration">The encoded Raft configuration in force at the position.</param>
public sealed record SnapshotInfo(
    LogPosition Position,
    string ClusterId,
    string ClusterName,
    Epoch Epoch,
    uint ClusterVersion,
    long SchemaVersion,
    string Digest,
    ReadOnlyMemory<byte> Configuration,
    long Bytes);
