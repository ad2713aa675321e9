using Pryvd.Model;

namespace Pryvd.Health;

/// <summary>A node's next state, and why.</summary>
public sealed record Verdict(Node Node, NodeState To, string Cause);

/// <summary>All verdicts at a moment.</summary>
/// <param name="Paused">Why no node is called silent now, or null.</param>
public sealed record Judgement(IReadOnlyList<Verdict> Verdicts, string? Paused);
