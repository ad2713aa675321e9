using System.CommandLine;
using System.Globalization;
using Benchmarks.Components;

namespace Benchmarks;

/// <summary>The command line: its options, and the run they ask for.</summary>
internal static class BenchCommand
{
    private static readonly Option<int> Pairs = Number("--pairs", 5, "How many times each scenario is run with each product.");
    private static readonly Option<string> Only = Text("--only", "", "Names of scenarios, with commas between; all when not given.");
    private static readonly Option<string> Products = Text("--products", "pryvd,etcd", "One of them to look at it alone.");
    private static readonly Option<string> Pryvd = Text("--pryvd", "out/publish/pryvd", "The program to measure.");
    private static readonly Option<string> Directory = Text("--dir", "out/bench", "Where the clusters keep their data; a folder on a disk.");
    private static readonly Option<string> Output = Text("--out", "out", "Where bench-*.jsonl is written.");
    private static readonly Option<double> WarmUp = Seconds("--warmup", 2.5, "Seconds of load that are not counted.");
    private static readonly Option<double> Span = Seconds("--seconds", 10, "Seconds of load that are counted; leader-changes takes six times as long.");
    private static readonly Option<int> Vars = Number("--vars", 100_000, "How many keys a full cluster holds.");
    private static readonly Option<int> Faults = Number("--faults", 10, "How many leaders are taken from each cluster.");

    public static RootCommand Create(Func<BenchOptions, Task<int>> run)
    {
        var root = new RootCommand("Measures pryvd against etcd, three members each, side by side on this machine.")
        {
            Pairs, Only, Products, Pryvd, Directory, Output, WarmUp, Span, Vars, Faults,
        };
        root.SetAction((parsed, _) => run(Read(parsed)));
        root.Add(Alone("planner", "How long plans take at 100, 1,000 and 5,000 nodes.", (_, output, _) => Planning.PlannerBench.Run(output)));
        root.Add(Alone("failover-components", "From a node's death to its instance healthy elsewhere; --pairs times each.", (options, output, stop) => new FailoverBench(options, output).RunAsync(stop)));
        root.Add(Alone("fifty", "Fifty daemons on this machine: memory, processor, and how soon a dead one is noticed.", (options, output, stop) => new FiftyBench(options, output).RunAsync(stop)));
        root.Add(Alone("reports", "What a thousand reporting nodes cost a leader, and how many durable placements a second it makes.", (options, output, stop) => new ReportsBench(options, output).RunAsync(stop)));
        return root;
    }

    /// <summary>A measurement of pryvd alone.</summary>
    private static Command Alone(string name, string says, Func<BenchOptions, TextWriter, CancellationToken, Task> measure)
    {
        var command = new Command(name, says) { Pairs, Pryvd, Directory };
        command.SetAction((parsed, stop) => measure(Read(parsed), Console.Out, stop));
        return command;
    }

    private static BenchOptions Read(ParseResult parsed) => new(
        parsed.GetValue(Pairs), List(parsed.GetValue(Only)!), List(parsed.GetValue(Products)!),
        Path.GetFullPath(parsed.GetValue(Pryvd)!), Path.GetFullPath(parsed.GetValue(Directory)!), Path.GetFullPath(parsed.GetValue(Output)!),
        TimeSpan.FromSeconds(parsed.GetValue(WarmUp)), TimeSpan.FromSeconds(parsed.GetValue(Span)),
        parsed.GetValue(Vars), parsed.GetValue(Faults));

    private static string[] List(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<int> Number(string name, int otherwise, string says) =>
        new(name) { DefaultValueFactory = _ => otherwise, Description = says };

    private static Option<string> Text(string name, string otherwise, string says) =>
        new(name) { DefaultValueFactory = _ => otherwise, Description = says };

    private static Option<double> Seconds(string name, double otherwise, string says) => new(name)
    {
        DefaultValueFactory = _ => otherwise,
        Description = says,
        CustomParser = result => double.Parse(result.Tokens[0].Value, CultureInfo.InvariantCulture),
    };
}
