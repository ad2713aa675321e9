using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>How often what goes wrong. Weights say how one fault stands to the others; shares are of the chances that there are.</summary>
public sealed record FaultOptions
{
    /// <summary>Mean time between two faults, in ticks.</summary>
    public required int Pace { get; init; }

    public required int PowerCuts { get; init; }

    public required int Kills { get; init; }

    public required int Pauses { get; init; }

    public required int Partitions { get; init; }

    public required int SlowDisks { get; init; }

    public required int FailingFlushes { get; init; }

    /// <summary>Disks whose flushes do not come back for a while.</summary>
    public int HangingDisks { get; init; }

    public required int Transfers { get; init; }

    public required int Joins { get; init; }

    public required int Removals { get; init; }

    public required int Wipes { get; init; }

    /// <summary>Power cuts of all machines at once.</summary>
    public required int Blackouts { get; init; }

    /// <summary>Bits that turn over on a disk at rest.</summary>
    public int BitFlips { get; init; }

    /// <summary>Share of events after which the host does not look at once what is to be done.</summary>
    public required double Batching { get; init; }

    /// <summary>Share of snapshots that cannot be taken, or come out bad.</summary>
    public required double SnapshotFailure { get; init; }

    /// <summary>The most that a machine's ticks are longer or shorter than they should be.</summary>
    public required double Drift { get; init; }

    /// <summary>Nothing goes wrong.</summary>
    public static FaultOptions None { get; } = new()
    {
        Pace = 1, PowerCuts = 0, Kills = 0, Pauses = 0, Partitions = 0, SlowDisks = 0, FailingFlushes = 0, Transfers = 0,
        Joins = 0, Removals = 0, Wipes = 0, Blackouts = 0, Batching = 0, SnapshotFailure = 0, Drift = 0,
    };

    public static FaultOptions Draw(SeededRandom random)
    {
        int Weight() => random.Next(3) == 0 ? 0 : 1 + random.Next(4);
        return new FaultOptions
        {
            Pace = 8 + random.Next(40),
            PowerCuts = Weight(),
            Kills = Weight(),
            Pauses = Weight(),
            Partitions = Weight(),
            SlowDisks = Weight(),
            FailingFlushes = random.Next(3) == 0 ? 1 : 0,
            Transfers = Weight(),
            Joins = Weight(),
            Removals = Weight() / 2,
            Wipes = Weight() / 2,
            Blackouts = random.Next(3) == 0 ? 1 : 0,
            Batching = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.5,
            SnapshotFailure = random.Next(2) == 0 ? 0 : 0.2,
            Drift = random.NextDouble() * 0.3,
        };
    }
}
