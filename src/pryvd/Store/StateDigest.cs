using Pryv.Consensus;

namespace Pryvd.Store;

/// <summary>The digest of the replicated rows at an index; equal on all nodes there (invariant 4).</summary>
public sealed record StateDigest(LogIndex Index, string Hex);
