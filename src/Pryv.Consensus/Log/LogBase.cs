namespace Pryv.Consensus.Log;

/// <summary>What stands before the first entry of a log: the position of the snapshot or of the compacted entries, and the configuration in force there.</summary>
/// <param name="Position">Index and term of the last entry that the log no longer holds; zero for a log from the start.</param>
/// <param name="Configuration">The encoded configuration in force at that position; empty when there is none yet.</param>
public sealed record LogBase(LogPosition Position, ReadOnlyMemory<byte> Configuration)
{
    public static readonly LogBase Empty = new(LogPosition.Zero, ReadOnlyMemory<byte>.Empty);
}
