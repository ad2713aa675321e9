namespace Pryvd.Agent.Artifacts;

/// <summary>An artifact could not be had, kept or unpacked; the message says what, why and what to do.</summary>
/// <param name="isFinal">Trying again with the same content cannot help.</param>
public sealed class ArtifactException(string message, bool isFinal = false, Exception? inner = null) : Exception(message, inner)
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    public bool IsFinal { get; } = isFinal;

    /// <summary>What a failed write means for people.</summary>
    public static ArtifactException Of(IOException failure, string what, string path) => IsFull(failure)
        ? new ArtifactException($"{what}: the disk of {path} is full. Free some space there, or lower artifact_space_mb; it is tried again.", false, failure)
        : new ArtifactException($"{what}: {failure.Message}", false, failure);

    private static bool IsFull(IOException failure) => (failure.HResult & 0xffff) is NoSpace or QuotaExceeded
        || failure.Message.Contains("No space left", StringComparison.Ordinal);
}
