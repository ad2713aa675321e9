namespace Pryv.Consensus.Core;

/// <summary>The answer to a read: linearizable once everything up to <paramref name="Index"/> is applied; null when leadership could not be confirmed.</summary>
public readonly record struct ReadOutcome(long Id, LogIndex? Index);
