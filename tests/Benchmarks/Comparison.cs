using Benchmarks.Products;
using Benchmarks.Report;
using Benchmarks.Scenarios;

namespace Benchmarks;

/// <summary>The whole run: pair by pair, scenario by scenario, one product right after the other, each time with a fresh cluster.</summary>
internal sealed class Comparison(BenchOptions options, IReadOnlyList<IProduct> products, JsonLines lines, TextWriter output, TimeProvider time)
{
    private readonly List<Sample> _samples = [];
    private int _clusters;

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

    private async Task RunAsync(int pair, IScenario scenario, IProduct product, CancellationToken stop)
    {
        var folder = Path.Combine(options.Directory, $"{Environment.ProcessId}-{++_clusters}");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var cluster = await product.FormAsync(folder, stop);
        var measures = await scenario.RunAsync(cluster, options, stop);
        foreach (var member in cluster.Members)
        {
            member.Daemon.MustRun();
        }

        Keep(pair, scenario.Name, product.Name, measures);
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
