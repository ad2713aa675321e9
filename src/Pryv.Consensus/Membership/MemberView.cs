namespace Pryv.Consensus.Membership;

/// <summary>What autopilot knows of a member.</summary>
/// <param name="StableTicks">How long it has been caught up without a break; 0 when it is not.</param>
/// <param name="SilentTicks">How long it has not been heard of.</param>
public readonly record struct MemberView(int StableTicks, int SilentTicks);
