namespace Pryvd.Health;

/// <summary>All times that follow from the dead timeout. They are counted on clocks that never go back; two of them drift by at most <see cref="Drift"/> each.</summary>
public sealed record HealthTiming
{
    /// <summary>How far a clock may be off, as a share of the time that it counts.</summary>
    public const double Drift = 0.1;

    /// <summary>A planned stop takes no longer, or its node's instances are given away.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private HealthTiming(TimeSpan dead) => Dead = dead;

    /// <summary>Silence after which a node is dead.</summary>
    public TimeSpan Dead { get; }

    /// <summary>Silence that is told in the view and nowhere else: two reports are missing.</summary>
    public TimeSpan Suspect => 0.4 * Dead;

    /// <summary>Silence after which nothing new is given to a node.</summary>
    public TimeSpan Unreachable => 0.7 * Dead;

    /// <summary>How often a node reports.</summary>
    public TimeSpan ReportInterval => Dead / 5;

    /// <summary>For how long the holder of a lease may run, on its own clock, from when it sent the report that was answered.</summary>
    public TimeSpan LeaseTtl => 0.8 * Dead;

    /// <summary>How long the leader waits, on its own clock, from when that report came in, until it takes the lease for ended: the dead timeout, so that death and lease end together.</summary>
    public TimeSpan LeaseWait => WaitFor(LeaseTtl);

    public static HealthTiming Of(TimeSpan deadTimeout) => new(deadTimeout);

    /// <summary>The span on the slowest clock of one that was counted on the fastest.</summary>
    public static TimeSpan WaitFor(TimeSpan ttl) => ttl * ((1 + Drift) / (1 - Drift));
}
