namespace Pryv.Consensus.Observers;

/// <summary>An observer's standing and what it had applied when that changed.</summary>
public sealed record ObserverReport(string Node, ObserverStanding Standing, LogIndex Applied);
