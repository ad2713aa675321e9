using Benchmarks.Load;
using Benchmarks.Products;

namespace Benchmarks.Scenarios;

/// <summary>How often the term changes under 256 writing clients, in six times the span of the other loads (60 s by default).</summary>
internal sealed class LeaderChanges : IScenario
{
    private const int Writers = 256;
    private const int Spans = 6;

    public string Name => "leader-changes";

    public async Task<IReadOnlyList<Measure>> RunAsync(Cluster cluster, BenchOptions options, CancellationToken stop)
    {
        using var load = new Clients(Writers, await cluster.LeaderFirstAsync(stop));
        var before = await cluster.TermAsync();
        var result = await new ClosedLoop(TimeSpan.Zero, options.Span * Spans).RunAsync(Writers, load.WriteAsync, stop);
        await cluster.WholeAsync(stop);
        return [new($"{Name} terms", "", await cluster.TermAsync() - before), new($"{Name} errors", "", result.Errors)];
    }
}
