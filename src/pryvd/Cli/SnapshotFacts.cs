namespace Pryvd.Cli;

/// <summary>What a snapshot says of itself, checked.</summary>
/// <param name="Format">Version of the file's format.</param>
/// <param name="Cluster">Name of the cluster that it is of.</param>
/// <param name="ClusterId">And its id.</param>
/// <param name="Epoch">Epoch in which it was taken.</param>
/// <param name="Term">Term of the last entry that it holds.</param>
/// <param name="Index">Index of that entry.</param>
/// <param name="ClusterVersion">The lowest version of daemon that understands it.</param>
/// <param name="Digest">Hash of the rows, as raft digest prints it.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Nodes">Number of nodes in it.</param>
/// <param name="Vars">Number of variables in it.</param>
public sealed record SnapshotFacts(
    int Format, string Cluster, string ClusterId, long Epoch, long Term, long Index, uint ClusterVersion, string Digest, long Bytes, int Nodes, int Vars);
