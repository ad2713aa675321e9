namespace Pryv.Consensus.Membership;

/// <summary>What a member does in Raft.</summary>
public enum MemberRole : byte
{
    /// <summary>Receives the log, neither votes nor counts.</summary>
    Learner = 0,

    /// <summary>Elects, commits, may lead.</summary>
    Voter = 1,

    /// <summary>A voter that hosts nothing and gives leadership away as soon as it can.</summary>
    Witness = 2,
}
