namespace Pryvd.Guard;

/// <summary>The guard cannot do what was asked; the message says what, why and what to do.</summary>
internal class GuardException(string message, Exception? inner = null) : Exception(message, inner);
