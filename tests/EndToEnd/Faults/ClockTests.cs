using System.Globalization;
using EndToEnd.Faults.Lab;
using EndToEnd.Faults.Recording;
using EndToEnd.Harness;
using Pryv.V1;
using Xunit.Abstractions;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd.Faults;

/// <summary>Invariant 4: wall clocks jump by an hour, forth and back, on the leader and on a follower.</summary>
[Trait("Category", "Faults")]
public sealed class ClockTests(ITestOutputHelper output) : ClusterTest(output)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [LabTheory(LabClock.Library)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invariant_4_a_clock_that_jumps_costs_no_election_no_stale_read_and_no_order_of_events(bool ofTheLeader)
    {
        var clock = Own(new LabClock());
        await Nodes.FormAsync(clock.Habitat, Habitat.Plain, Habitat.Plain);
        await PatientElectionsAsync();
        var leader = await LeadingAsync(ofTheLeader ? Nodes[0] : Nodes[1]);
        var term = (await leader.StatusAsync()).Term;
        await using var recorder = new Recorder(Nodes.Nodes);
        foreach (var offset in new[] { Hour, -Hour, TimeSpan.Zero })
        {
            await recorder.MoreWritesAsync(100);
            clock.Set(offset);
            await SeesAsync(Nodes[0], offset);
        }

        await recorder.MoreWritesAsync(100);
        Assert.Equal((term, leader.Name), ((await leader.StatusAsync()).Term, (await leader.StatusAsync()).Leader));
        await recorder.JudgeAsync();
        await Nodes.SameDigestAsync();
        await EventsAreInOrderAsync(leader);
        Output.WriteLine(recorder.Summary());
    }

    /// <summary>The leader stamps certificates and tokens, so its clock decides whether a joiner can use them.</summary>
    [LabTheory(LabClock.Library)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task G6_a_node_joins_a_leader_whose_clock_is_an_hour_off_or_is_told_of_the_clocks(int hours)
    {
        var clock = Own(new LabClock());
        clock.Set(Hour * hours);
        await Nodes.FormAsync(clock.Habitat);
        var joiner = await Nodes.StartAsync();
        var join = await joiner.JoinAsync(Nodes[0], await TestCluster.TokenAsync(Nodes[0], "--ttl", "30m"));
        Output.WriteLine(join.ToString());
        if (join.ExitCode == 0)
        {
            await Nodes.SameDigestAsync();
        }
        else
        {
            Assert.Contains("clock", join.Error);
            Assert.Single((await Nodes[0].StatusAsync()).Members);
        }
    }

    /// <summary>A busy machine alone is to cost no election here; a clock that mattered would, for an hour is longer still.</summary>
    private async Task PatientElectionsAsync()
    {
        (await Nodes[0].Cli("var", "set", "pryvd.raft.election_ms=3000", "pryvd.raft.heartbeat_ms=100")).Ok();
        await Until.Holds("all have the new timing", async () =>
            (await Task.WhenAll(Nodes.Nodes.Select(n => n.StatusAsync()))).All(s => s.Timing.ElectionMinMs == 3000));
    }

    private async Task<Node> LeadingAsync(Node node)
    {
        var leader = await Nodes.LeaderAsync();
        if (leader != node)
        {
            (await leader.Cli("raft", "transfer", node.Name)).Ok();
        }

        await Until.Holds($"{node.Name} leads", async () => await Nodes.LeaderAsync() == node);
        return node;
    }

    /// <summary>Its log shows the time that it was told.</summary>
    private static Task SeesAsync(Node node, TimeSpan offset) => Until.Holds($"{node.Name} sees its clock {offset} off", () =>
    {
        var shown = node.Log.Read().Select(line => line.Split(' ')[0]).LastOrDefault(word => TimeSpan.TryParse(word, CultureInfo.InvariantCulture, out _));
        var away = (DateTime.UtcNow + offset).TimeOfDay - TimeSpan.Parse(shown ?? "0", CultureInfo.InvariantCulture);
        return Task.FromResult(Math.Abs(away.TotalMinutes) < 5);
    });

    private static async Task EventsAreInOrderAsync(Node node)
    {
        var reply = await node.Events.ListEventsAsync(new ListEventsRequest { Limit = 1000 }, deadline: DateTime.UtcNow + Until.Patience);
        var times = reply.Events.OrderBy(e => e.Index).Select(e => e.TimeMs).ToList();
        Assert.True(times.Count > 100);
        Assert.Equal(times.Order(), times);
    }
}
