using EndToEnd.Harness;
using Pryv.V1;
using Xunit.Abstractions;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd;

/// <summary>O6: events can be followed from any position, across leader changes and restarts.</summary>
public sealed class EventTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "O6")]
    public async Task O6_a_watch_through_the_death_of_the_leader_and_of_its_own_daemon_has_no_gap_and_no_repeat()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var since = (await EventsAsync(leader, "")).Last();
        using var onSurvivor = new CliWatch(Nodes.Others(leader)[0], since);
        using var onLeader = new CliWatch(leader, since);
        await using var writers = new Writers(8, [.. Nodes.Others(leader)]);
        await writers.MoreAsync(200);
        await Until.Holds("both watches follow", () => Task.FromResult(onSurvivor.Positions.Count > 0 && onLeader.Positions.Count > 0));
        leader.Kill();
        await writers.MoreAsync(200);
        await leader.StartAsync();
        await writers.MoreAsync(200);
        await writers.StopAsync();

        await Nodes.VotersAsync(3);
        var expected = await EventsAsync(leader, since);
        Assert.True(expected.Count >= 600);
        foreach (var watch in new[] { onSurvivor, onLeader })
        {
            await SeesAllAsync(watch, expected);
            Assert.Equal(130, await watch.InterruptAsync());
        }
    }

    [Fact]
    [Trait("requirement", "O6")]
    public async Task O6_a_watcher_that_reads_nothing_holds_up_nobody_else()
    {
        await Nodes.FormOneAsync();
        var node = Nodes[0];
        var since = (await EventsAsync(node, "")).Last();
        using var stuck = node.Events.WatchEvents(new WatchEventsRequest { Since = since });
        await stuck.ResponseHeadersAsync;
        using var reading = new CliWatch(node, since);
        var value = $"\"{new string('v', 20_000)}\"";
        for (var i = 0; i < 100; i++)
        {
            var request = new SetVarsRequest { Scope = "cluster", Vars = { new VarAssignment { Key = $"k{i}", Json = value } } };
            await node.Vars.SetVarsAsync(request, deadline: DateTime.UtcNow + TimeSpan.FromSeconds(5));
        }

        var expected = await EventsAsync(node, since);
        await SeesAllAsync(reading, expected);
    }

    /// <summary>More may come meanwhile: that a node is back, for example.</summary>
    private static async Task SeesAllAsync(CliWatch watch, IReadOnlyList<string> expected)
    {
        try
        {
            await Until.Holds("the watch has seen as many events as there are", () => Task.FromResult(watch.Positions.Count >= expected.Count));
        }
        catch (Exception late)
        {
            var missing = expected.Except(watch.Positions).ToList();
            throw new InvalidOperationException($"{missing.Count} of {expected.Count} events are missing, from {missing.FirstOrDefault()} to {missing.LastOrDefault()}; {watch}", late);
        }

        Assert.Equal(expected, watch.Positions.Take(expected.Count));
    }

    /// <summary>The positions of all events after one, page by page.</summary>
    private static async Task<IReadOnlyList<string>> EventsAsync(Node node, string since)
    {
        var all = new List<string>();
        while (true)
        {
            var request = new ListEventsRequest { Since = since, Limit = 1000, Mode = new ReadMode() };
            var page = await node.Events.ListEventsAsync(request, deadline: DateTime.UtcNow + Until.Patience);
            all.AddRange(page.Events.Select(e => e.Position));
            if (since.Length == 0 || page.Events.Count < 1000)
            {
                return all;
            }

            since = all[^1];
        }
    }
}
