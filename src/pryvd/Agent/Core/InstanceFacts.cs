using System.Collections.Immutable;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>All that the agent knows of one instance; replaced as a whole with each change.</summary>
public sealed record InstanceFacts(InstanceId Instance)
{
    private const int EndsKept = 16;

    /// <summary>Null when it is not this node's.</summary>
    public Assignment? Order { get; init; }

    /// <summary>What the order asks to be fetched and prepared.</summary>
    public VersionKey? Version { get; init; }

    /// <summary>What is recorded of it under this order.</summary>
    public InstanceStatus? Recorded { get; init; }

    /// <summary>Runs that are alive, the oldest first. More than one is wrong, and is mended.</summary>
    public ImmutableList<DriverInstance> Alive { get; init; } = [];

    /// <summary>The run that an earlier daemon had started.</summary>
    public long? Found { get; init; }

    /// <summary>Runs that were told to stop.</summary>
    public ImmutableSortedSet<long> Asked { get; init; } = [];

    /// <summary>Runs whose end was seen, the newest: a listing that was made before must not bring them back.</summary>
    public ImmutableList<long> Ended { get; init; } = [];

    /// <summary>Ends that the driver still keeps: forgotten with the next start, so that a daemon that comes back still finds the last one.</summary>
    public ImmutableList<long> Kept { get; init; } = [];

    public DriverInstance? LastEnd { get; init; }

    /// <summary>The run number of a start that is under way.</summary>
    public long? Starting { get; init; }

    public FolderFacts Folder { get; init; } = FolderFacts.Unknown;

    public CrashBook Crashes { get; init; } = CrashBook.Empty;

    public StartTrouble? Trouble { get; init; }

    public LeaseFacts? Lease { get; init; }

    /// <summary>The latest end of a lease that this daemon asked the driver to set; a call may still be under way.</summary>
    public long LeaseAskedMs { get; init; }

    /// <summary>When the driver was last asked to shorten a lease.</summary>
    public long? ShortenedAtMs { get; init; }

    public HealthFacts? Health { get; init; }

    /// <summary>The run that was told to stop because its checks failed, and what they said: its end is answered as a crash.</summary>
    public HealthFacts? Unwell { get; init; }

    /// <summary>The run whose checks are on.</summary>
    public long? Watched { get; init; }

    /// <summary>What was said of it last.</summary>
    public LocalStatus? Status { get; init; }

    public DriverInstance? Current => Alive.Count == 0 ? null : Alive[^1];

    public bool IsIdle => Alive.Count == 0 && Starting is null;

    /// <summary>Until when a run of it may go on, as the driver said last and as this daemon asked since; on CLOCK_BOOTTIME.</summary>
    public long HeldUntilMs => Math.Max(LeaseAskedMs, Alive.Select(r => r.LeaseEndBootMs ?? 0).DefaultIfEmpty(0).Max());

    public bool HasEnded(long run) => Ended.Contains(run);

    public InstanceFacts WithAlive(DriverInstance run) => HasEnded(run.Run)
        ? this
        : this with { Alive = [.. Alive.RemoveAll(r => r.Run == run.Run).Append(run).OrderBy(r => r.Run)] };

    public InstanceFacts WithEnd(DriverInstance run) => this with
    {
        Alive = Alive.RemoveAll(r => r.Run == run.Run),
        Asked = Asked.Remove(run.Run),
        Ended = [.. Ended.Append(run.Run).TakeLast(EndsKept)],
        Kept = [.. Kept.Append(run.Run).Distinct()],
        LastEnd = LastEnd is { } last && last.Run > run.Run ? last : run,
    };

    /// <summary>Whether a run is one of the present order, whatever its version.</summary>
    public bool IsOfOrder(DriverInstance run) => Order is { } order && run.Generation == order.Generation;

    /// <summary>Whether a run is just what the order asks for.</summary>
    public bool Obeys(DriverInstance run) => Order is { } order && IsOfOrder(run) && run.SpecVersion == order.RunVersion && run.Restart >= order.Restart;
}

/// <summary>Home or scratch folder of an instance.</summary>
/// <param name="RetryAtMs">For <see cref="FolderStage.Failed"/>.</param>
public sealed record FolderFacts(FolderStage Stage, string Reason, int Failures, long RetryAtMs)
{
    public static readonly FolderFacts Unknown = new(FolderStage.Unknown, "", 0, 0);
}

public enum FolderStage
{
    Unknown,
    Making,
    Ready,
    Failed,
    DataLost,
}

/// <summary>The driver could not start it.</summary>
public sealed record StartTrouble(string Reason, int Failures, long RetryAtMs);

/// <summary>A lease that the leader granted to this node.</summary>
public sealed record LeaseFacts(OrderMark Mark, long EndBootMs, long TtlMs)
{
    /// <summary>Whether it is worth starting on: enough of it is left for the next report to renew it.</summary>
    public bool IsFreshFor(OrderMark mark, long nowBootMs) => Mark == mark && EndBootMs - nowBootMs >= Math.Max(1, TtlMs / 3);
}

/// <summary>What the checks of a run said last.</summary>
public sealed record HealthFacts(long Run, bool Healthy, string Detail);

/// <summary>What the agent says of an instance.</summary>
public sealed record LocalStatus(long Generation, long SpecVersion, long Restart, InstanceState State, string Detail, bool HomeMade)
{
    public const int MaxDetail = 500;

    /// <summary>Whether the cluster should hear of it at once; other words of the same state can wait.</summary>
    public bool IsTurnFrom(LocalStatus? former) => former is null || this with { Detail = "" } != former with { Detail = "" };
}
