using System.Collections.Immutable;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Health;

/// <summary>One node as its last report showed it.</summary>
public sealed record NodeView
{
    /// <summary>When that report came in.</summary>
    public required TimeSpan HeardAt { get; init; }

    public required string Run { get; init; }

    public required long Sequence { get; init; }

    public required NodeCapacity Capacity { get; init; }

    public required int Score { get; init; }

    public required TagSet Tags { get; init; }

    public required ImmutableHashSet<InstanceId> Differing { get; init; }

    public required bool IsPartial { get; init; }

    public required ImmutableHashSet<InstanceId> Claimed { get; init; }

    /// <summary>The longest that any of those can go on, from when the report was sent; null when the node cannot tell of all.</summary>
    public required TimeSpan? Held { get; init; }

    public required long Applied { get; init; }

    public required bool Stopping { get; init; }

    public static NodeView Of(NodeReport report, TimeSpan now) => new()
    {
        HeardAt = now,
        Run = report.Run,
        Sequence = report.Sequence,
        Capacity = report.Capacity,
        Score = report.Score,
        Tags = report.Tags,
        Differing = [.. report.Differing],
        IsPartial = report.IsPartial,
        Claimed = [.. report.Claims.Select(claim => claim.Instance)],
        Held = report.Claims.All(claim => claim.Held is not null) ? report.Claims.Select(claim => claim.Held!.Value).DefaultIfEmpty().Max() : null,
        Applied = report.Applied,
        Stopping = report.Stopping,
    };

    /// <summary>Whether it says what the other one says, but for what is always new; its score counts as whether it takes anything at all.</summary>
    public bool SaysAlike(NodeView other) =>
        Capacity == other.Capacity && Score > 0 == other.Score > 0 && Tags.Equals(other.Tags)
        && Stopping == other.Stopping && Differing.SetEquals(other.Differing) && Claimed.SetEquals(other.Claimed);
}
