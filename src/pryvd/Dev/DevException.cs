namespace Pryvd.Dev;

/// <summary>The development cluster does not come up; the message says which node and why.</summary>
public sealed class DevException(string message) : Exception(message);
