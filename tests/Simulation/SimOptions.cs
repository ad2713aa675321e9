using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;

namespace Simulation;

/// <summary>Everything that a run does at random is decided here or drawn from the seed later; times are in thousandths of a tick.</summary>
public sealed record SimOptions
{
    public const long Tick = 1000;

    public required ulong Seed { get; init; }

    /// <summary>Machines that there are; those past the first <see cref="Members"/> are spare.</summary>
    public required int Machines { get; init; }

    /// <summary>Members that the cluster starts with; the first <see cref="Voters"/> of them vote.</summary>
    public required int Members { get; init; }

    public required int Voters { get; init; }

    /// <summary>Whether the last of the first voters is a witness.</summary>
    public required bool HasWitness { get; init; }

    public required int Clients { get; init; }

    public required int Keys { get; init; }

    /// <summary>Commands carry up to this many bytes more than they need.</summary>
    public required int PaddingBytes { get; init; }

    public required long ChaosTicks { get; init; }

    public required NetworkOptions Network { get; init; }

    public required FaultOptions Faults { get; init; }

    public required ReplicaOptions Replica { get; init; }

    public required AutopilotPolicy Policy { get; init; }

    public required LogOptions Log { get; init; }

    /// <summary>After healing the cluster must be whole again within this time.</summary>
    public long ConvergenceTicks => 200L * Replica.Raft.ElectionTicks;

    public static SimOptions FromSeed(ulong seed)
    {
        var random = new SeededRandom(seed);
        var members = 1 + random.Next(7);
        var voters = random.Next(3) == 0 ? 1 : members;
        return new SimOptions
        {
            Seed = seed,
            Machines = members + random.Next(3),
            Members = members,
            Voters = voters,
            HasWitness = voters > 2 && random.Next(4) == 0,
            Clients = 1 + random.Next(5),
            Keys = 1 + random.Next(4),
            PaddingBytes = random.Next(3) == 0 ? 600 : 40,
            ChaosTicks = 400 + random.Next(1000),
            Network = NetworkOptions.Draw(random),
            Faults = FaultOptions.Draw(random) with { HangingDisks = seed % 4 == 0 ? 2 : 0, BitFlips = seed % 4 == 1 ? 2 : 0 },
            Replica = InHaste(DrawReplica(random, gatherEntries: seed % 3 == 0 ? 0 : 1 + (int)(seed % 7))),
            Policy = DrawPolicy(random),
            Log = new LogOptions(8192 << random.Next(3)),
        };
    }

    /// <summary>Half of the clusters hold their first election early, as the daemon does.</summary>
    private static ReplicaOptions InHaste(ReplicaOptions drawn) =>
        drawn.Raft.ElectionTicks % 2 == 0 ? drawn with { Raft = drawn.Raft with { StartTicks = drawn.Raft.HeartbeatTicks } } : drawn;

    private static ReplicaOptions DrawReplica(SeededRandom random, int gatherEntries) => new()
    {
        Raft = new RaftOptions
        {
            HeartbeatTicks = 1 + random.Next(3),
            ElectionTicks = 8 + random.Next(8),
            MaxAppendBytes = 64 << random.Next(8),
            MaxInflightMessages = 1 + random.Next(8),
            MaxInflightBytes = 256 << random.Next(8),
            GatherEntries = gatherEntries,
            MaxUncommittedBytes = 1024 << random.Next(8),
            MaxPendingReads = 1 + random.Next(20),
            CacheBytes = 128 << random.Next(10),
            MaxApplyBytes = 64 << random.Next(8),
        },
        CheckpointEntries = 4 + random.Next(40),
        KeepEntries = random.Next(20),
        ChunkBytes = 32 << random.Next(6),
        MaxSnapshotReceivers = 1 + random.Next(4),
        ChunkRetryTicks = 4 + random.Next(20),
        MaxAppliesUnderWay = 1 + random.Next(3),
        AutopilotTicks = 2 + random.Next(10),
    };

    private static AutopilotPolicy DrawPolicy(SeededRandom random) => new()
    {
        TargetVoters = random.Next(2) == 0 ? 3 : 5,
        StableTicks = 5 + random.Next(30),
        DeadTicks = 40 + random.Next(150),
        CaughtUpEntries = 2 + random.Next(20),
    };
}
