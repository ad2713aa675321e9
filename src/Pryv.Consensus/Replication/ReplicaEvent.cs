using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Replication;

/// <summary>Everything that can happen to a replica. Tokens are the caller's and come back with the answer.</summary>
public abstract record ReplicaEvent
{
    public sealed record Ticked : ReplicaEvent;

    public sealed record Received(Message Message) : ReplicaEvent;

    public sealed record Proposed(long Token, ReadOnlyMemory<byte> Command) : ReplicaEvent;

    public sealed record ReadAsked(long Token) : ReplicaEvent;

    public sealed record ChangeAsked(long Token, IReadOnlyCollection<MemberChange> Changes) : ReplicaEvent;

    /// <summary>Take a member out, with what autopilot finds sensible for the others.</summary>
    public sealed record RemovalAsked(long Token, MemberId Member) : ReplicaEvent;

    /// <summary>Hand leadership over, to the best voter when <paramref name="Target"/> is none.</summary>
    public sealed record TransferAsked(long Token, MemberId Target) : ReplicaEvent;

    public sealed record TimingChanged(int HeartbeatTicks, int ElectionTicks) : ReplicaEvent;

    public sealed record PolicyChanged(AutopilotPolicy Policy) : ReplicaEvent;

    /// <summary>There was much to do and is not any more: memory that only a busy replica needs is wanted back.</summary>
    public sealed record Quieted : ReplicaEvent;

    /// <summary>A <see cref="ReplicaEffect.Persist"/> is durable.</summary>
    public sealed record Persisted(long Batch) : ReplicaEvent;

    /// <summary>A <see cref="ReplicaEffect.Apply"/> is done; one result an entry, in order.</summary>
    public sealed record Applied(LogIndex Last, IReadOnlyList<object?> Results) : ReplicaEvent;

    /// <summary>The state machine is durable up to <paramref name="Index"/> by its own means.</summary>
    public sealed record Checkpointed(LogIndex Index) : ReplicaEvent;

    public sealed record SnapshotTaken(SnapshotMeta Snapshot) : ReplicaEvent;

    public sealed record SnapshotFailed : ReplicaEvent;

    public sealed record ChunkLoaded(MemberId To, SnapshotMeta Snapshot, long Offset, ReadOnlyMemory<byte> Data) : ReplicaEvent;

    /// <summary>The received pieces of the snapshot reach up to <paramref name="Next"/> without a gap.</summary>
    public sealed record ChunkStored(SnapshotMeta Snapshot, long Next) : ReplicaEvent;

    /// <summary>State machine and log begin at the snapshot now, durably.</summary>
    public sealed record SnapshotInstalled(SnapshotMeta Snapshot) : ReplicaEvent;

    /// <summary>What was received is no good and has been thrown away.</summary>
    public sealed record SnapshotRejected(SnapshotMeta Snapshot) : ReplicaEvent;
}
