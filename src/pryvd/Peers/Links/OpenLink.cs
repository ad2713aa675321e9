namespace Pryvd.Peers.Links;

/// <summary>A connection for consensus messages.</summary>
/// <param name="Stream">Disposing it ends the connection.</param>
/// <param name="IsOver">Fires when the connection is to be given up, as another certificate is used from then on.</param>
public sealed record OpenLink(Stream Stream, CancellationToken IsOver);
