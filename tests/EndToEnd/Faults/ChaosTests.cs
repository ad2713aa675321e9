using System.Globalization;
using EndToEnd.Faults.Lab;
using EndToEnd.Faults.Recording;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>
/// Invariants 1, 2 and 6: kills, freezes, partitions and restarts in an order drawn from a seed, on three or five real daemons. The seed fixes the
/// faults and what clients do, not how the machine interleaves them. CHAOS_SEED and CHAOS_MINUTES choose; make chaos sets them.
/// </summary>
[Trait("Category", "Faults")]
public sealed class ChaosTests(ITestOutputHelper output) : ClusterTest(output)
{
    private static readonly int Seed = int.Parse(Setting("CHAOS_SEED", "1"), CultureInfo.InvariantCulture);
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(double.Parse(Setting("CHAOS_MINUTES", "0.5"), CultureInfo.InvariantCulture));

    [LabFact("ip", "nft")]
    public async Task Whatever_happens_no_client_sees_what_cannot_be_and_in_the_end_all_is_well()
    {
        var count = new Random(Seed).Next(2) == 0 ? 3 : 5;
        Output.WriteLine($"seed {Seed}, {count} nodes, {Time.TotalMinutes} minutes");
        var network = Own(new LabNetwork(count));
        await Nodes.FormAsync(network.Habitats);
        await using var recorder = new Recorder(Nodes.Nodes, clients: 6, seed: Seed);
        await recorder.MoreWritesAsync(50);

        var chaos = new ChaosSchedule(Seed, Nodes.Nodes, network, Output.WriteLine);
        try
        {
            await chaos.RunAsync(Time);
        }
        finally
        {
            await chaos.MendAsync();
        }

        Measured("mended to all ready again", await Nodes.VotersAsync(count));
        await recorder.MoreWritesAsync(50);
        await recorder.JudgeAsync();
        await Nodes.SameDigestAsync();
        Output.WriteLine(recorder.Summary());
    }

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set : otherwise;
}
