using System.Diagnostics;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M2, M7, M9: the leader goes, in every way that a leader can go, while clients write.</summary>
public sealed class LeaderTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int Clients = 64;

    [Fact]
    [Trait("requirement", "M7")]
    public async Task M7_a_leader_killed_under_64_writing_clients_loses_no_acknowledged_write_and_applies_none_twice()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var term = (await leader.StatusAsync()).Term;
        await using var writers = new Writers(Clients, [.. Nodes.Others(leader)]);
        await writers.MoreAsync(2_000);

        var killed = Stopwatch.GetTimestamp();
        leader.Kill();
        var next = await Nodes.LeaderAsync();
        Measured("leader kill -9 to a new leader", Stopwatch.GetElapsedTime(killed));
        await writers.MoreAsync(2_000);
        var pause = writers.LongestPauseSince(killed);
        Measured("longest time without an acknowledged write after it", pause);
        Assert.True((await next.StatusAsync()).Term > term);
        Assert.True(pause < TimeSpan.FromSeconds(3), $"no write was acknowledged for {pause.TotalMilliseconds:F0} ms");

        await writers.StopAsync();
        await leader.StartAsync();
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
        foreach (var node in Nodes.Nodes)
        {
            await writers.HoldOnAsync(node);
        }
    }

    [Fact]
    [Trait("requirement", "M7")]
    public async Task M7_a_leader_that_gets_SIGTERM_hands_leadership_over_first_and_a_retry_heals_what_a_client_saw()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var term = (await leader.StatusAsync()).Term;
        await using var writers = new Writers(Clients, [.. Nodes.Others(leader)]);
        await writers.MoreAsync(500);

        var asked = Stopwatch.GetTimestamp();
        var ended = leader.TerminateAsync();
        await Until.Holds("another leads", async () => (await Nodes.LeaderAsync()) != leader);
        Measured("SIGTERM to a new leader", Stopwatch.GetElapsedTime(asked));
        Assert.Equal(0, await ended);
        Assert.Contains(leader.Log.Read(), line => line.Contains("Leadership was handed over before the stop", StringComparison.Ordinal));
        Measured("SIGTERM to the end of the process", Stopwatch.GetElapsedTime(asked));
        await writers.MoreAsync(500);
        var pause = writers.LongestPauseSince(asked);
        Measured("longest time without an acknowledged write after it", pause);

        // One term further: nobody had to find out that the leader was silent. The bound leaves room for a busy machine.
        Assert.True(pause < TimeSpan.FromSeconds(2), $"no write was acknowledged for {pause.TotalMilliseconds:F0} ms");
        Assert.Equal(term + 1, (await (await Nodes.LeaderAsync()).StatusAsync()).Term);

        await writers.StopAsync();
        await Nodes.SameDigestAsync();
        await writers.HoldOnAsync(Nodes.Running.First());
    }

    [Fact]
    [Trait("requirement", "M7")]
    public async Task M7_a_leader_that_is_frozen_and_wakes_up_answers_nothing_old_and_follows()
    {
        await Nodes.FormThreeAsync();
        var frozen = await Nodes.LeaderAsync();
        await using var writers = new Writers(8, [.. Nodes.Others(frozen)]);
        await writers.MoreAsync(100);
        frozen.Pause();
        await writers.MoreAsync(100);
        await writers.StopAsync();

        frozen.Resume();
        await writers.HoldOnAsync(frozen);
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
        Assert.NotEqual(frozen, await Nodes.LeaderAsync());
    }
}
