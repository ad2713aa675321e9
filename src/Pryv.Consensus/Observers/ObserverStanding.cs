namespace Pryv.Consensus.Observers;

/// <summary>How an observer stands, as a member heard from it; the better the higher.</summary>
public enum ObserverStanding : byte
{
    /// <summary>It has not reported lately.</summary>
    Silent = 0,

    /// <summary>It lacks more entries than those that are on their way.</summary>
    Behind = 1,

    CaughtUp = 2,
}
