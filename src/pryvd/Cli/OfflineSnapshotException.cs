namespace Pryvd.Cli;

/// <summary>A snapshot that cannot be read or restored; the message says what happened, why and what to do.</summary>
public sealed class OfflineSnapshotException(string message, Exception? cause = null) : Exception(message, cause);
