namespace Pryv.Consensus.Quorum;

/// <summary>What the votes so far say.</summary>
public enum VoteResult
{
    /// <summary>Neither a majority for nor one against can be told yet.</summary>
    Pending,
    Lost,
    Won,
}
