using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>Everything that a replica wants done. Persist, InstallSnapshot and Compact are carried out one after the other in the order given, and so are Apply, Checkpoint and InstallSnapshot.</summary>
public abstract record ReplicaEffect
{
    /// <summary>May be lost, doubled or late.</summary>
    public sealed record Send(Message Message) : ReplicaEffect;

    /// <summary>Append to the log and flush, then <see cref="ReplicaEvent.Persisted"/>. There is at most one under way.</summary>
    public sealed record Persist(long Batch, HardState? HardState, IReadOnlyList<Entry> Entries) : ReplicaEffect;

    /// <summary>Apply in order, then <see cref="ReplicaEvent.Applied"/>.</summary>
    public sealed record Apply(IReadOnlyList<Entry> Entries) : ReplicaEffect;

    public sealed record ProposalDone(long Token, ProposalStatus Status, LogIndex Index, object? Result, string? Reason) : ReplicaEffect;

    /// <summary>The state as applied here now may be read; null when leadership could not be confirmed.</summary>
    public sealed record ReadDone(long Token, LogIndex? Index) : ReplicaEffect;

    /// <summary>Make the state machine durable, then <see cref="ReplicaEvent.Checkpointed"/>.</summary>
    public sealed record Checkpoint : ReplicaEffect;

    /// <summary>Drop whole segments of the log up to <paramref name="Index"/>.</summary>
    public sealed record Compact(LogIndex Index) : ReplicaEffect;

    /// <summary>Copy the state machine, then <see cref="ReplicaEvent.SnapshotTaken"/> or <see cref="ReplicaEvent.SnapshotFailed"/>; copies before may go.</summary>
    public sealed record TakeSnapshot : ReplicaEffect;

    public sealed record LoadChunk(MemberId To, SnapshotMeta Snapshot, long Offset, int Length) : ReplicaEffect;

    /// <summary>Keep a piece, then <see cref="ReplicaEvent.ChunkStored"/>. Pieces of another snapshot before may go. No data only asks how far it is.</summary>
    public sealed record StoreChunk(SnapshotMeta Snapshot, long Offset, ReadOnlyMemory<byte> Data) : ReplicaEffect;

    /// <summary>Put the received snapshot in the state machine's place and make it the log's base, then <see cref="ReplicaEvent.SnapshotInstalled"/>.</summary>
    public sealed record InstallSnapshot(SnapshotMeta Snapshot) : ReplicaEffect;
}
