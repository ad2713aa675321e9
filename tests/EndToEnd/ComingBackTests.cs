using System.Diagnostics;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M2, M3, M4: what a node or a cluster lost comes back by itself, from the peers or from its own disk.</summary>
public sealed class ComingBackTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "M2")]
    public async Task M2_a_node_that_lost_all_but_its_identity_gets_the_whole_state_back_by_itself_as_a_new_member()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("var", "set", "before=1", "--scope", "node/n3")).Ok();
        var node = Nodes[2];
        var old = await MemberOfAsync(Nodes[0], "n3");
        node.Kill();
        node.Wipe(keepIdentity: true);
        (await Nodes[0].Cli("var", "set", "meanwhile=2")).Ok();

        var started = Stopwatch.GetTimestamp();
        await node.StartAsync();
        await Nodes.VotersAsync(3);
        Measured("start of a wiped node to three voters", Stopwatch.GetElapsedTime(started));
        await Nodes.SameDigestAsync();
        Assert.Equal("2", (await node.Cli("var", "get", "meanwhile")).Ok().Out.Trim());
        await AssertOneMemberAsync(node, "n3", old);
    }

    [Fact]
    [Trait("requirement", "M2")]
    public async Task M2_a_node_that_lost_its_whole_folder_joins_with_a_new_token_under_its_old_name_and_leaves_no_ghost()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("var", "set", "rack=r7", "--scope", "node/n3")).Ok();
        var node = Nodes[2];
        var old = await MemberOfAsync(Nodes[0], "n3");
        node.Kill();
        node.Wipe(keepIdentity: false);
        await node.StartAsync();
        Assert.Equal("new", (await node.StatusAsync()).State);

        var token = await TestCluster.TokenAsync(Nodes[0]);
        await Until.Holds("the cluster has noticed that n3 is silent, and lets its name be taken over", async () =>
            (await node.JoinAsync(Nodes[1], token)).ExitCode == 0);
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
        Assert.Equal("r7", (await node.Cli("var", "get", "rack", "--scope", "node/n3")).Ok().Out.Trim());
        await AssertOneMemberAsync(node, "n3", old);
    }

    [Fact]
    [Trait("requirement", "M3")]
    public async Task M3_three_nodes_killed_at_once_and_started_again_have_every_acknowledged_write()
    {
        await Nodes.FormThreeAsync();
        await using var writers = new Writers(16, [.. Nodes.Nodes]);
        await writers.MoreAsync(500);
        foreach (var node in Nodes.Nodes)
        {
            node.Kill();
        }

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Nodes.Nodes.Select(n => n.StartAsync()));
        await writers.MoreAsync(100);
        Measured("start of three killed nodes to a hundred writes", Stopwatch.GetElapsedTime(started));
        await writers.StopAsync();
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
        foreach (var node in Nodes.Nodes)
        {
            await writers.HoldOnAsync(node);
        }
    }

    [Fact]
    [Trait("requirement", "M3")]
    [Trait("requirement", "M4")]
    public async Task M3_M4_a_single_node_killed_under_load_restores_everything_from_its_disk()
    {
        await Nodes.StartAsync();
        (await Nodes[0].Cli("init", "--cluster", "alone", "--group", "eu", "--var", "rack=r1")).Ok();
        await using var writers = new Writers(16, Nodes[0]);
        await writers.MoreAsync(500);
        Nodes[0].Kill();
        await Nodes[0].StartAsync();
        await writers.MoreAsync(100);
        await writers.StopAsync();
        await writers.HoldOnAsync(Nodes[0]);
        Assert.Equal("r1", (await Nodes[0].Cli("var", "get", "rack", "--scope", "node/n1")).Ok().Out.Trim());
        var node = (await Nodes[0].CliJson("node", "show", "n1")).Ok().Json;
        Assert.Equal("eu", node.GetProperty("group").GetString());
    }

    private static async Task<string> MemberOfAsync(Node asked, string name) =>
        (await asked.StatusAsync()).Members.Single(m => m.Name == name).Member_;

    private static async Task AssertOneMemberAsync(Node asked, string name, string oldMember)
    {
        Assert.NotEqual(oldMember, await MemberOfAsync(asked, name));
        var peers = (await asked.CliJson("raft", "peers")).Ok().Json.GetProperty("members").EnumerateArray().ToList();
        Assert.Equal(["n1", "n2", "n3"], peers.Select(p => p.GetProperty("name").GetString()));
        Assert.DoesNotContain(peers, p => p.GetProperty("member").GetString() == oldMember);
        var nodes = (await asked.CliJson("node", "list")).Ok().Json.GetProperty("nodes").EnumerateArray();
        Assert.Single(nodes, n => n.GetProperty("name").GetString() == name);
    }
}
