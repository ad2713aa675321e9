namespace Pryv.Consensus.Core;

/// <summary>Why a proposal was not taken.</summary>
public enum ProposalRefusal
{
    None,

    /// <summary>This member does not lead.</summary>
    NotLeader,

    /// <summary>Leadership is being handed over; ask again in a moment.</summary>
    Transferring,

    /// <summary>More is uncommitted than the leader may hold; ask again in a moment.</summary>
    Busy,

    /// <summary>The change makes no sense, or another is under way.</summary>
    InvalidChange,
}
