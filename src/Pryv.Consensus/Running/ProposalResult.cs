using Pryv.Consensus.Replication;

namespace Pryv.Consensus.Running;

/// <summary>What became of a proposal; <paramref name="Result"/> is the state machine's.</summary>
public sealed record ProposalResult(ProposalStatus Status, LogIndex Index, object? Result, string? Reason);
