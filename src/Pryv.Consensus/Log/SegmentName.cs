using System.Globalization;

namespace Pryv.Consensus.Log;

/// <summary>The names of segment files: the sequence number in hexadecimal, so that they sort in order.</summary>
internal static class SegmentName
{
    private const string Extension = ".log";
    private const string Unfinished = ".log.new";

    public static string Of(long sequence) => sequence.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The name that a segment has until its header is on the disk.</summary>
    public static string UnfinishedOf(long sequence) =>
        sequence.ToString("x16", CultureInfo.InvariantCulture) + Unfinished;

    public static bool IsUnfinished(string name) => name.EndsWith(Unfinished, StringComparison.Ordinal);

    public static bool TryParse(string name, out long sequence)
    {
        sequence = 0;
        return name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name[..^Extension.Length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence)
            && Of(sequence) == name;
    }
}
