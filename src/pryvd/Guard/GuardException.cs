namespace Pryvd.Guard;

/// <summary>The guard cannot do what was asked; the message says what, why and what to do.</summary>
internal sealed class GuardException(string message, Exception? inner = null) : Exception(message, inner);
