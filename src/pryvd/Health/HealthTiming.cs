using Pryvd.Model;

namespace Pryvd.Health;

/// <summary>All times that follow from the dead timeout. They are counted on clocks that never go back; two of them drift by at most <see cref="Drift"/> each.</summary>
public sealed record HealthTiming
{
    /// <summary>How far a clock may be off, as a share of the time that it counts.</summary>
    public const double Drift = 0.1;

    /// <summary>A planned stop takes no longer, or its node's instances are given away.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private HealthTiming(TimeSpan dead, TimeSpan former) => (Set, Dead) = (dead, former > dead ? former : dead);

    /// <summary>Silence after which a node is dead: as set; while a longer one was set a short time ago, that one.</summary>
    public TimeSpan Dead { get; }

    /// <summary>What nodes are told by: their reports and leases follow a lowered dead timeout at once.</summary>
    private TimeSpan Set { get; }

    /// <summary>Silence that is told in the view and nowhere else: two reports are missing.</summary>
    public TimeSpan Suspect => 0.4 * Dead;

    /// <summary>Silence after which nothing new is given to a node.</summary>
    public TimeSpan Unreachable => 0.7 * Dead;

    /// <summary>How often a node reports.</summary>
    public TimeSpan ReportInterval => Set / 5;

    /// <summary>For how long the holder of a lease may run, on its own clock, from when it sent the report that was answered.</summary>
    public TimeSpan LeaseTtl => Part(Set);

    /// <summary>The longest lease that may be held, of whatever leader.</summary>
    public TimeSpan LongestLease => Part(Dead);

    public static HealthTiming Of(ClusterState state) => Of(
        TimeSpan.FromMilliseconds(state.Settings.DeadTimeoutMs), TimeSpan.FromMilliseconds(state.Cluster?.FormerDeadTimeoutMs ?? 0));

    /// <param name="deadTimeout">As it is set.</param>
    /// <param name="former">A longer one that was set before and may still count; zero for none.</param>
    public static HealthTiming Of(TimeSpan deadTimeout, TimeSpan former = default) => new(deadTimeout, former);

    private static TimeSpan Part(TimeSpan dead) => 0.8 * dead;

    /// <summary>The span on the slowest clock of one that was counted on the fastest: for a lease, the dead timeout, so that death and lease end together.</summary>
    public static TimeSpan WaitFor(TimeSpan ttl) => ttl * ((1 + Drift) / (1 - Drift));
}
