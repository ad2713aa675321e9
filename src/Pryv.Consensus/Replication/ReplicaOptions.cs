using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>The settings of a replica.</summary>
public sealed record ReplicaOptions
{
    public RaftOptions Raft { get; init; } = new();

    /// <summary>The state machine is made durable after this many applied entries.</summary>
    public int CheckpointEntries { get; init; } = 20_000;

    /// <summary>This many applied entries stay in the log for members that are a little behind.</summary>
    public int KeepEntries { get; init; } = 20_000;

    /// <summary>Bytes of a snapshot in one message.</summary>
    public int ChunkBytes { get; init; } = 512 * 1024;

    /// <summary>How many members are sent a snapshot at the same time.</summary>
    public int MaxSnapshotReceivers { get; init; } = 4;

    /// <summary>A piece of a snapshot is sent again after this many ticks without an answer.</summary>
    public int ChunkRetryTicks { get; init; } = 200;

    /// <summary>Ticks until a copy is tried again after one could not be made.</summary>
    public int SnapshotPauseTicks { get; init; } = 500;

    /// <summary>A write of the log that takes this many election timeouts shows a disk that hangs: a leader makes way, and nobody campaigns before it is back.</summary>
    public int StalledElections { get; init; } = 5;

    /// <summary>How many hand-overs of committed entries may be under way.</summary>
    public int MaxAppliesUnderWay { get; init; } = 2;

    /// <summary>Ticks between two looks of autopilot.</summary>
    public int AutopilotTicks { get; init; } = 25;
}
