namespace Pryv.Consensus.Log;

/// <summary>How a log uses its disk.</summary>
/// <param name="SegmentBytes">Bytes that a segment is allocated with; one append larger than that gets a segment of its own size.</param>
public sealed record LogOptions(int SegmentBytes = LogOptions.DefaultSegmentBytes)
{
    public const int DefaultSegmentBytes = 16 * 1024 * 1024;

    public static readonly LogOptions Default = new();
}
