namespace Pryv.Consensus.Core;

/// <summary>What a leader knows of a member, for status and autopilot.</summary>
/// <param name="Id">The member.</param>
/// <param name="Match">The last index known to be on its disk.</param>
/// <param name="State">How the leader sends to it.</param>
/// <param name="SilentTicks">Ticks since it was last heard of; 0 for the leader itself.</param>
/// <param name="EverHeard">Whether it answered at all in this leader's term.</param>
public sealed record MemberProgress(MemberId Id, LogIndex Match, ReplicationState State, int SilentTicks, bool EverHeard);
