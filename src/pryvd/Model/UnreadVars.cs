namespace Pryvd.Model;

/// <summary>What is known of a run of variables before it is read.</summary>
/// <param name="FirstKey">The lowest of its keys.</param>
/// <param name="Living">How many there are, without the deleted ones.</param>
/// <param name="Size">What they all count against the cluster's limit, in bytes.</param>
/// <param name="Deleted">Those that are deleted; they are in the run as well.</param>
/// <param name="Read">Makes all of them; called once at most.</param>
public sealed record UnreadVars(
    VarScope Scope, string FirstKey, int Living, long Size, IReadOnlyList<ExtraVar> Deleted, Func<IReadOnlyList<ExtraVar>> Read);
