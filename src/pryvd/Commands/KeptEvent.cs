using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>As much of a kept event as its pruning needs.</summary>
public readonly record struct KeptEvent(EventPosition Position, long TimeMs);
