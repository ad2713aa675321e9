namespace Pryvd.Model;

/// <summary>What a node is meant to be in Raft; <see cref="Auto"/> leaves it to the leader.</summary>
public enum NodeRole
{
    Auto,
    Voter,
    Observer,
    Witness,
}
