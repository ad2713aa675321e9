using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>Something that is done to a fresh, whole cluster, and what is measured of it.</summary>
internal interface IScenario
{
    string Name { get; }

    Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop);
}
