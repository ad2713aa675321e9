using Pryv.Consensus;
using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>How far the state has come.</summary>
/// <param name="TimeMs">Time of the last command.</param>
/// <param name="EventsPrunedTo">The newest event that is no longer kept.</param>
/// <param name="EventCount">How many events are kept.</param>
/// <param name="Configuration">The encoded Raft configuration of the last configuration entry applied; before the first, that of the log's beginning.</param>
internal sealed record Progress(LogPosition Position, long TimeMs, EventPosition EventsPrunedTo, long EventCount, ReadOnlyMemory<byte> Configuration)
{
    public static readonly Progress None = new(LogPosition.Zero, 0, EventPosition.Zero, 0, ReadOnlyMemory<byte>.Empty);
}
