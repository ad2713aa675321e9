namespace Pryv.Consensus.Log;

/// <summary>A log file holds what was never written that way; it is reported with file and offset, never skipped.</summary>
public sealed class LogDamageException(string file, long offset, string what)
    : Exception($"log file {file} is damaged at offset {offset}: {what}. The node cannot know what it acknowledged; wipe its log and let it rejoin from its peers.")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;
}
