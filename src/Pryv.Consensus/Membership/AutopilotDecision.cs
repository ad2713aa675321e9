namespace Pryv.Consensus.Membership;

/// <summary>A change of the configuration and why.</summary>
public sealed record AutopilotDecision(IReadOnlyCollection<MemberChange> Changes, string Reason);
