namespace Pryvd.Model;

/// <summary>What wins for one key, and what it hides, strongest first.</summary>
public sealed record ResolvedVar(ExtraVar Winner, IReadOnlyList<ExtraVar> Hidden);
