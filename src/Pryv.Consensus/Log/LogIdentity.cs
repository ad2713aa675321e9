namespace Pryv.Consensus.Log;

/// <summary>Whose log this is; it stands in the header of every segment.</summary>
public sealed record LogIdentity(Guid Cluster, MemberId Member, Epoch Epoch);
