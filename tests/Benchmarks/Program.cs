using System.CommandLine;
using Benchmarks;
using Benchmarks.Products;
using Benchmarks.Report;

using var stopping = new StopSignals();
var command = BenchCommand.Create(options => RunAsync(options, stopping.Token));
try
{
    // Signals are ours: a run ends only once its members have.
    return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"error: {e.Message}");
    return 1;
}
catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("error: the run was stopped; what it had measured until then is in its file");
    return 130;
}

static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
{
    OptionsCheck.Check(options);
    var products = options.Products.Select(IProduct (name) => name == "etcd" ? new EtcdProduct() : new PryvdProduct(options.Pryvd)).ToArray();
    var versions = new Dictionary<string, string>();
    foreach (var product in products)
    {
        versions[product.Name] = await product.VersionAsync(stop);
    }

    var surroundings = Surroundings.Of(options, versions, TimeProvider.System.GetUtcNow());
    using var lines = new JsonLines(options.Output, surroundings.Time);
    lines.Write("run", surroundings);
    Console.WriteLine(surroundings);
    var comparison = new Comparison(options, products, lines, Console.Out, TimeProvider.System);
    var samples = await comparison.RunAsync(stop);
    var summaries = Summary.Of(samples, "pryvd", "etcd");
    foreach (var summary in summaries)
    {
        lines.Write("summary", summary);
    }

    Console.WriteLine();
    Console.WriteLine(string.Join('\n', SummaryTable.Lines(summaries, "pryvd", "etcd")));
    Console.WriteLine($"\nMedians of {options.Pairs} pairs; ratio and spread are those of the pairs' ratios, pryvd to etcd. Every sample is in {lines.Path}");
    return comparison.Failures == 0 ? 0 : 1;
}
