using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Simulation;

/// <summary>Whole clusters under fire. SIM_SEEDS says how many, SIM_FIRST from which seed on, SIM_SEED picks one and shows its trace.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>So many failing seeds are told before it stops.</summary>
    private const int MaxFailures = 10;

    [Fact]
    public void Clusters_keep_their_promises_and_come_back_whole()
    {
        if (Number("SIM_SEED") is { } only)
        {
            Replay(only);
            return;
        }

        var seeds = Number("SIM_SEEDS") ?? 500;
        var first = Number("SIM_FIRST") ?? 1;
        var clock = Stopwatch.StartNew();
        var statistics = new Statistics();
        for (var seed = first; seed < first + seeds && statistics.Failures.Count < MaxFailures; seed++)
        {
            statistics.Run(seed);
        }

        output.WriteLine($"{seeds} seeds in {clock.Elapsed.TotalSeconds:F1} s: {statistics}");
        Assert.True(statistics.Failures.Count == 0, string.Join("\n\n", statistics.Failures));
    }

    private static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private void Replay(ulong seed)
    {
        var run = new SimRun(SimOptions.FromSeed(seed), isTraced: true);
        try
        {
            run.Run();
        }
        finally
        {
            output.WriteLine(run.Cluster.Options.ToString());
            output.WriteLine(string.Join('\n', run.Cluster.Trace.Lines));
        }
    }
}
