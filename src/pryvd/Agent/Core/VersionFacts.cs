namespace Pryvd.Agent.Core;

/// <summary>How far a version is on this node.</summary>
public enum VersionStage
{
    /// <summary>Nothing was done about it since the daemon started.</summary>
    Unknown,

    /// <summary>It is looked at; what is there already is not fetched again.</summary>
    Making,
    Fetching,
    Preparing,
    Ready,
    Failed,
}

/// <summary>A version, and when to try again after a failure.</summary>
/// <param name="Failures">In a row.</param>
/// <param name="RetryAtMs">On CLOCK_BOOTTIME; null when only a new order helps.</param>
public sealed record VersionFacts(VersionStage Stage, string Reason, int Failures, long? RetryAtMs)
{
    public static readonly VersionFacts Unknown = new(VersionStage.Unknown, "", 0, null);

    private const int FirstDelayMs = 1_000;
    private const int LastDelayMs = 60_000;

    /// <summary>A prepare step has effects of its own, so it is not tried for ever; fetching is, at its slowest pace, because peers come back and disks get room.</summary>
    private const int MostPrepareFailures = 5;

    /// <summary>Those of <see cref="Failures"/> that were in a prepare step.</summary>
    public int PrepareFailures { get; init; }

    public bool IsUnderWay => Stage is VersionStage.Making or VersionStage.Fetching or VersionStage.Preparing;

    public VersionFacts Begun() => this with { Stage = VersionStage.Making };

    public VersionFacts Failed(string reason, bool final, long nowMs)
    {
        var failures = Failures + 1;
        var prepareFailures = PrepareFailures + (Stage == VersionStage.Preparing ? 1 : 0);
        var isGivenUp = prepareFailures >= MostPrepareFailures;
        return new VersionFacts(
            VersionStage.Failed,
            isGivenUp ? $"{reason} That was the {MostPrepareFailures}th time, so it is not tried again by itself: apply a corrected file, or restart the component." : reason,
            failures,
            final || isGivenUp ? null : nowMs + Backoff.Delay(failures, FirstDelayMs, LastDelayMs)) { PrepareFailures = prepareFailures };
    }
}
