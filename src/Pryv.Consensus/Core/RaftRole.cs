namespace Pryv.Consensus.Core;

/// <summary>A member's part in the present term (Raft, figure 4, with the pre-candidate of thesis section 9.6).</summary>
public enum RaftRole
{
    Follower,
    PreCandidate,
    Candidate,
    Leader,
}
