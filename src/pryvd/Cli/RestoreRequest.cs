namespace Pryvd.Cli;

/// <summary>What to restore, where to, and as whom.</summary>
/// <param name="File">The snapshot.</param>
/// <param name="DataDir">An empty folder, or one that does not exist yet.</param>
/// <param name="IdentityDir">Where the node's identity goes; null for a folder in <paramref name="DataDir"/>.</param>
/// <param name="RecoveryKey">Text of the recovery key that init wrote; opens the authority's keys.</param>
/// <param name="Node">Name of the node that goes on from here; null for this machine's name.</param>
/// <param name="Address">Where its peers reach it, HOST:PORT; null to find it out.</param>
public sealed record RestoreRequest(string File, string DataDir, string? IdentityDir, string RecoveryKey, string? Node, string? Address)
{
    /// <summary>Without the key, so that it reaches no log.</summary>
    public override string ToString() => $"{File} to {DataDir}";
}
