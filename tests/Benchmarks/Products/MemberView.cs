namespace Benchmarks.Products;

/// <summary>The cluster as one member sees it.</summary>
/// <param name="Leader">In the product's own words; empty when it knows none.</param>
/// <param name="Leads">Whether this member takes itself for the leader.</param>
/// <param name="Whole">Whether, as far as it knows, all three vote.</param>
internal sealed record MemberView(string Leader, bool Leads, long Term, bool Whole);
