namespace Pryvd.Api;

/// <summary>Nobody here could answer as leader just now; the call may be tried again with the same request id.</summary>
public sealed class NotLeaderException() : Exception("This node does not lead, or no longer.");
