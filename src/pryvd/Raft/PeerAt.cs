namespace Pryvd.Raft;

/// <summary>A node and where its peer port is.</summary>
public sealed record PeerAt(string Node, string Address);
