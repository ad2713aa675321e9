using System.Diagnostics;
using System.Globalization;
using EndToEnd.Faults.Lab;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

/// <summary>M9, design 5: voters in two datacenters with 60 ms round trips between them.</summary>
[Trait("Category", "Faults")]
public sealed class SlowNetworkTests(ITestOutputHelper output) : ClusterTest(output)
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);

    [LabFact("ip", "python3", "/dev/net/tun")]
    public async Task M9_the_default_timing_is_warned_of_and_the_recommended_one_keeps_the_leader()
    {
        var network = Own(new SlowNetwork(3, "1-3=30", "2-3=30"));
        await Nodes.FormAsync(network.Habitats);
        await using var writers = new Writers(2, Nodes[0], Nodes[2]);
        var recommended = await WarnedAsync();
        (await Nodes[0].Cli("var", "set", Text("pryvd.raft.election_ms", recommended), Text("pryvd.raft.heartbeat_ms", recommended / 10))).Ok();
        await Until.Holds("the new timing is in force and warned of no more", async () =>
            (await (await Nodes.LeaderAsync()).StatusAsync()) is var status && status.Timing.ElectionMinMs >= recommended && Warning(status.Notices) is null);

        var leader = await Nodes.LeaderAsync();
        var term = (await leader.StatusAsync()).Term;
        var since = Stopwatch.GetTimestamp();
        await Until.Holds("20 s have passed", async () =>
        {
            Assert.Equal(term, (await Nodes[2].StatusAsync()).Term);
            return Stopwatch.GetElapsedTime(since) > Calm;
        });
        Assert.Equal(leader, await Nodes.LeaderAsync());
        Output.WriteLine($"{writers.Acknowledged} writes acknowledged, recommended {recommended} ms");
        await writers.StopAsync();
        await writers.HoldOnAsync(Nodes[2]);
    }

    /// <summary>What the leader recommends, once it has measured.</summary>
    private async Task<int> WarnedAsync()
    {
        var recommended = 0;
        await Until.Holds("the leader warns of its timing", async () =>
        {
            var status = await (await Nodes.LeaderAsync()).StatusAsync();
            recommended = status.Timing.RecommendedElectionMinMs;
            return status.Timing.MeasuredRoundTripP99Ms >= 60 && Warning(status.Notices) is not null;
        });
        Assert.True(recommended >= 600, $"recommended are {recommended} ms");
        return recommended;
    }

    private static string? Warning(IEnumerable<string> notices) => notices.FirstOrDefault(n => n.Contains("pryvd.raft.election_ms", StringComparison.Ordinal));

    private static string Text(string key, int value) => string.Create(CultureInfo.InvariantCulture, $"{key}={value}");
}
