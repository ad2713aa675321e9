namespace Pryv.Consensus.Log;

/// <summary>What stands at the start of a segment: all that is needed to begin the log with it.</summary>
/// <param name="Sequence">Counts the segments of this log from 1; never used twice.</param>
/// <param name="FirstGroup">Number of the first group that the segment will hold.</param>
/// <param name="Capacity">Bytes of the file; a file of another length is damaged.</param>
/// <param name="Base">The position just before the segment's first entry and the configuration in force there.</param>
/// <param name="HardState">The hard state in force when the segment was begun.</param>
internal sealed record SegmentHeader(
    SegmentKind Kind, LogIdentity Identity, long Sequence, long FirstGroup, int Capacity, LogBase Base, HardState HardState)
{
    /// <summary>Salts the checksums of the segment's records.</summary>
    public uint Salt { get; } = Crc32C.Add(Crc32C.Add(Crc32C.Seed, Identity.Member.Value), (ulong)Sequence);

    /// <summary>Bytes of the encoded header, which is where the records begin.</summary>
    public int Size { get; } = SegmentHeaderCodec.SizeFor(Base.Configuration.Length);
}
