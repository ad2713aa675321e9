namespace Pryv.Consensus.Membership;

/// <summary>One member of a configuration.</summary>
/// <param name="Id">The member, one log of one node.</param>
/// <param name="Node">The node's id, which outlives its members.</param>
/// <param name="Address">host:port of its peer port.</param>
/// <param name="Role">What it does now.</param>
/// <param name="Wanted">What it is to become.</param>
public sealed record Member(MemberId Id, string Node, string Address, MemberRole Role, WantedRole Wanted = WantedRole.Auto)
{
    /// <summary>Whether it elects and counts for commits.</summary>
    public bool Votes => Role is MemberRole.Voter or MemberRole.Witness;
}
