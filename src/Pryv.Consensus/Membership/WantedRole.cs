namespace Pryv.Consensus.Membership;

/// <summary>What an operator wants a member to become; autopilot gets it there.</summary>
public enum WantedRole : byte
{
    /// <summary>A voter when one is needed, a learner otherwise.</summary>
    Auto = 0,

    /// <summary>A voter as soon as it has caught up, even where that makes an even number of voters.</summary>
    Voter = 1,
    Witness = 2,

    /// <summary>Never a voter.</summary>
    Observer = 3,
}
