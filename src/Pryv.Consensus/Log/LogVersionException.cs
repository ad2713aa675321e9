namespace Pryv.Consensus.Log;

/// <summary>The log has a format that only a newer version of this program knows; it is left untouched.</summary>
public sealed class LogVersionException(string file, uint version, uint known)
    : Exception($"log file {file} was written by a newer version (format {version}, this one knows up to {known}). Start the newer version again; nothing was changed.")
{
    public uint Version { get; } = version;
}
