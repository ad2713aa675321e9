namespace Pryv.Consensus;

/// <summary>What a member must have on disk before it answers (Raft, figure 2); the commit index is a hint that speeds up a restart.</summary>
public readonly record struct HardState(Term Term, MemberId VotedFor, LogIndex Commit);
