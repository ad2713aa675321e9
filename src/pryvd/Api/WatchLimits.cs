namespace Pryvd.Api;

/// <summary>What watches may cost a node; tests set less.</summary>
/// <param name="AtOnce">How many there may be at a time.</param>
/// <param name="Patience">How long one message may wait for its reader.</param>
internal sealed record WatchLimits(int AtOnce, TimeSpan Patience)
{
    public static readonly WatchLimits Default = new(256, TimeSpan.FromSeconds(30));
}
