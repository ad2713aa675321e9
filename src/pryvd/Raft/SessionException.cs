namespace Pryvd.Raft;

/// <summary>This node cannot go on as the member that it was; the message says why and what to do.</summary>
public sealed class SessionException(string message) : Exception(message);
