namespace Pryvd.Cli;

/// <summary>What a restore made.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Node">Name of the node that goes on.</param>
/// <param name="Epoch">The epoch that begins here.</param>
/// <param name="Index">The index that it goes on from.</param>
/// <param name="LostNodes">Nodes that have to join again.</param>
public sealed record RestoredState(string Cluster, string Node, long Epoch, long Index, IReadOnlyList<string> LostNodes);
