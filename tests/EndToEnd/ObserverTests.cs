using System.Diagnostics;
using System.Globalization;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>Observers as real processes (G3, M2).</summary>
public sealed class ObserverTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    public async Task An_observer_whose_upstream_is_killed_takes_another_one_and_a_wiped_one_gets_everything_back()
    {
        await Nodes.FormThreeAsync();
        var observer = await ObserveAsync();
        var upstream = await UpstreamOfAsync(observer);

        upstream.Kill();
        await Nodes.LeaderAsync();
        (await observer.Cli("var", "set", "while=away")).Ok();
        await Until.Holds("another upstream serves", async () => (await observer.StatusAsync()).Upstream is { Name.Length: > 0 } now && now.Name != upstream.Name);
        await Nodes.SameDigestAsync();

        observer.Kill();
        observer.Wipe(keepIdentity: true);
        await observer.StartAsync();
        await Until.Holds("it observes again", async () => (await observer.StatusAsync()) is { Role: "observer", State: "running", Upstream.Behind: 0, AppliedIndex: > 0 });
        await Nodes.SameDigestAsync();
        Assert.Equal("\"away\"", (await observer.CliJson("var", "get", "while")).Ok().Json.GetProperty("value").GetRawText());
    }

    /// <summary>Needs about 4 GB, so it is asked for by name: make observers.</summary>
    [Fact]
    [Trait("Category", "Observers30")]
    public async Task Thirty_daemons_hold_one_state_and_the_leader_serves_few()
    {
        await Nodes.FormThreeAsync();
        for (var i = 3; i < 30; i++)
        {
            await ObserveAsync();
        }

        var settled = await Until.Holds("all stand well", async () =>
        {
            var all = await Task.WhenAll(Nodes.Running.Select(n => n.StatusAsync()));
            return all.All(s => s is { State: "running", Quorum: true, Observers: 27 }) && all.Where(s => s.Role == "observer").All(s => s.Upstream is { Name.Length: > 0, Behind: 0 });
        });
        Measured("30 daemons settled after the last join", settled);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            var write = new Pryv.V1.VarAssignment { Key = string.Create(CultureInfo.InvariantCulture, $"k{i}"), Json = "1" };
            await Nodes[i % 30].Vars.SetVarsAsync(new Pryv.V1.SetVarsRequest { Vars = { write } }, deadline: DateTime.UtcNow + Until.Patience);
        }

        Measured("100 writes, one after the other, by 30 nodes in turn", clock.Elapsed);
        await Nodes.SameDigestAsync();
        var leader = await Nodes.LeaderAsync();
        var statuses = await Task.WhenAll(Nodes.Running.Select(n => n.StatusAsync()));
        var ofLeader = statuses.Count(s => s.Upstream?.Name == leader.Name);
        Output.WriteLine($"MEASURED the leader serves {ofLeader} of 27 observers; deepest {statuses.Max(s => s.Upstream?.Depth ?? 0)}");
        Output.WriteLine($"MEASURED memory: {string.Join(", ", Nodes.Running.Select(n => $"{n.Name} {MegabytesOf(n)} MB"))}");
        Assert.InRange(ofLeader, 0, 4);

        var lost = Nodes.Others(leader).First(n => n.Name is "n1" or "n2" or "n3");
        lost.Kill();
        Measured("27 observers without one of their two upstreams", await Until.Holds("all have an upstream that runs", async () =>
            (await Task.WhenAll(Nodes.Running.Select(n => n.StatusAsync()))).Where(s => s.Role == "observer").All(s => s.Upstream.Name.Length > 0 && s.Upstream.Name != lost.Name)));
        await Nodes.SameDigestAsync();
    }

    private static long MegabytesOf(Node node) => long.Parse(
        File.ReadLines($"/proc/{node.ProcessId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    private async Task<Node> ObserveAsync()
    {
        var node = await Nodes.StartAsync();
        (await node.JoinAsync(Nodes[0], await TestCluster.TokenAsync(Nodes[0], "--role", "observer"))).Ok();
        return node;
    }

    private async Task<Node> UpstreamOfAsync(Node observer)
    {
        var status = await Until.Found("the observer pulls", async () => await observer.StatusAsync() is { Upstream.Name.Length: > 0 } s ? s : null);
        return Nodes.Nodes.First(n => n.Name == status.Upstream.Name);
    }
}
