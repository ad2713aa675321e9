using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Running;

/// <summary>How a member stands, as of its last step; an immutable copy that any thread may read.</summary>
public sealed record ReplicaStatus(
    MemberId Self,
    RaftRole Role,
    MemberId Leader,
    Term Term,
    LogIndex Commit,
    LogIndex Applied,
    LogIndex Last,
    LogIndex Start,
    Configuration Configuration,
    LogIndex ConfigurationIndex,
    bool HasCommittedInTerm,
    bool IsTransferring,
    IReadOnlyList<MemberProgress> Members,
    string? LastDecision);
