namespace Pryvd.Raft;

/// <summary>What a daemon is, as status says it.</summary>
public enum NodeStanding
{
    /// <summary>In no cluster.</summary>
    New,

    /// <summary>Coming back after its log was lost.</summary>
    Joining,

    Running,

    /// <summary>In a cluster, but it does not go on; the problem says why.</summary>
    Stopped,
}
