namespace Pryv.Consensus.Replication;

/// <summary>What became of a proposal.</summary>
public enum ProposalStatus
{
    /// <summary>Committed and applied.</summary>
    Applied,

    /// <summary>Not taken: this member does not lead.</summary>
    NotLeader,

    /// <summary>Not taken for now: too much is uncommitted, or leadership is being handed over.</summary>
    Busy,

    /// <summary>Not taken: a change that makes no sense.</summary>
    Invalid,

    /// <summary>Leadership was lost meanwhile: it may come to be applied or not.</summary>
    Unknown,
}
