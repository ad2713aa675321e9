namespace Pryv.Consensus.Core;

/// <summary>How the leader sends to one follower.</summary>
public enum ReplicationState
{
    /// <summary>Where the logs match is not known: one message, then wait for its answer or a heartbeat's.</summary>
    Probe,

    /// <summary>The logs match: messages are sent ahead of their answers.</summary>
    Replicate,

    /// <summary>The follower needs what the log no longer holds: nothing but a snapshot helps.</summary>
    Snapshot,
}
