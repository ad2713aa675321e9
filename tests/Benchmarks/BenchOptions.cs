namespace Benchmarks;

/// <summary>What a run was asked for.</summary>
/// <param name="Only">Names of scenarios; none means all.</param>
/// <param name="Products">Both for a comparison; one to look at one alone.</param>
/// <param name="Directory">Where the clusters keep their data, on a real disk.</param>
/// <param name="Output">Where the lines of JSON go.</param>
/// <param name="Span">How long a load is counted, after its warm-up.</param>
/// <param name="Vars">How many keys a full cluster holds.</param>
/// <param name="Faults">How many times a leader is taken away from each cluster.</param>
internal sealed record BenchOptions(
    int Pairs,
    IReadOnlyList<string> Only,
    IReadOnlyList<string> Products,
    string Pryvd,
    string Directory,
    string Output,
    TimeSpan WarmUp,
    TimeSpan Span,
    int Vars,
    int Faults);
