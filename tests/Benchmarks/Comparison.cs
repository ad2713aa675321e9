using Benchmarks.Products;
using Benchmarks.Report;
using Benchmarks.Scenarios;
using Grpc.Core;

namespace Benchmarks;

/// <summary>The whole run: pair by pair, scenario by scenario, one product right after the other, each time with a fresh cluster.</summary>
internal sealed class Comparison(BenchOptions options, IReadOnlyList<IProduct> products, JsonLines lines, TextWriter output, TimeProvider time)
{
    private readonly List<Sample> _samples = [];
    private int _clusters;

    /// <summary>How many runs came to no result.</summary>
    public int Failures { get; private set; }

    public async Task<IReadOnlyList<Sample>> RunAsync(CancellationToken stop)
    {
        var scenarios = AllScenarios.List.Where(s => options.Only.Count == 0 || options.Only.Contains(s.Name)).ToArray();
        for (var pair = 1; pair <= options.Pairs; pair++)
        {
            foreach (var scenario in scenarios)
            {
                foreach (var product in products)
                {
                    await RunAsync(pair, scenario, product, stop);
                }
            }
        }

        return _samples;
    }

    /// <summary>A run that fails is said and counted; the others go on, so that one fault does not cost an hour.</summary>
    private async Task RunAsync(int pair, IScenario scenario, IProduct product, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var folder = Path.Combine(options.Directory, $"{Environment.ProcessId}-{++_clusters}");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var cluster = product.Prepare(folder);
        try
        {
            await product.FormAsync(cluster, stop);
            var measures = await scenario.RunAsync(cluster, options, stop);
            cluster.MustRun();
            Keep(pair, scenario.Name, product.Name, measures);
        }
        catch (Exception e) when (e is BenchException or RpcException or TimeoutException)
        {
            Failures++;
            var words = cluster.Members.Select(m => $"{m.Name}: {m.Daemon.LastWords()}");
            lines.Write("failure", new Failure(time.GetUtcNow(), pair, scenario.Name, product.Name, e.Message, [.. words]));
            output.WriteLine($"[{pair}/{options.Pairs}] {scenario.Name,-16} {product.Name,-6} FAILED: {e.Message}");
        }
    }

    private void Keep(int pair, string scenario, string product, IReadOnlyList<Measure> measures)
    {
        foreach (var measure in measures)
        {
            var sample = new Sample(time.GetUtcNow(), pair, scenario, product, measure.Figure, measure.Unit, Math.Round(measure.Value, 3));
            _samples.Add(sample);
            lines.Write("sample", sample);
        }

        var figures = measures.Select(m => $"{m.Figure.Replace(scenario + " ", "", StringComparison.Ordinal)} {m.Value:0.##}{(m.Unit.Length > 0 ? " " + m.Unit : "")}");
        output.WriteLine($"[{pair}/{options.Pairs}] {scenario,-16} {product,-6} {string.Join(", ", figures)}");
    }
}
