namespace Pryv.Consensus.Observers;

/// <summary>A node as the tree of observers sees it.</summary>
/// <param name="Node">Its id, which never changes: the order of the tree rests on it.</param>
/// <param name="Address">host:port of its peer port.</param>
/// <param name="Zone">Its datacenter.</param>
/// <param name="IsMember">Whether it is in Raft's configuration, so that it is a root of the tree.</param>
public sealed record TreeNode(string Node, string Address, string Zone, bool IsMember);
