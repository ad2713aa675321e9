namespace Pryvd.Observers;

/// <summary>What an upstream has is not what follows here: the two are not of one history, which Raft proves impossible within an epoch.</summary>
internal sealed class PullDivergedException(string message) : Exception(message);
