namespace Pryv.Consensus.Core;

/// <summary>The settings of one member's core. Times are in ticks; who drives the core says how long a tick is.</summary>
public sealed record RaftOptions
{
    /// <summary>Ticks between two heartbeats of a leader.</summary>
    public int HeartbeatTicks { get; init; } = 5;

    /// <summary>A follower campaigns after this many to twice as many ticks without a leader.</summary>
    public int ElectionTicks { get; init; } = 30;

    /// <summary>
    /// A member that has heard of no leader since its start pre-votes after this many ticks or up to <see cref="ElectionTicks"/> more, the
    /// only voter at once: where the whole cluster was stopped nothing is gained by waiting, and a working leader is not disturbed by
    /// a pre-vote. Null: it waits as long as later.
    /// </summary>
    public int? StartTicks { get; init; }

    /// <summary>The most that one Append message carries, in bytes.</summary>
    public int MaxAppendBytes { get; init; } = 512 * 1024;

    /// <summary>How many unanswered Append messages a follower may have.</summary>
    public int MaxInflightMessages { get; init; } = 64;

    /// <summary>
    /// A message with fewer entries waits while one that was sent within this tick is not answered: on a quick network the
    /// answer is there at once, and what gathers meanwhile shares a message, a flush and an answer. 0 sends at once.
    /// </summary>
    public int GatherEntries { get; init; }

    /// <summary>How many unanswered bytes a follower may have.</summary>
    public int MaxInflightBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Proposals are refused while the leader holds more than this many uncommitted bytes.</summary>
    public int MaxUncommittedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Reads are refused while this many wait.</summary>
    public int MaxPendingReads { get; init; } = 16 * 1024;

    /// <summary>How many bytes of durable entries stay in memory for followers that are nearly up to date.</summary>
    public int CacheBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The most that one hand-over of committed entries holds, in bytes.</summary>
    public int MaxApplyBytes { get; init; } = 4 * 1024 * 1024;
}
