using System.Text.Json;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M1, M9: init and join, and nothing else, make a cluster that is safe at every size on its way.</summary>
public sealed class FormingTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "M1")]
    [Trait("requirement", "M9")]
    public async Task M1_M9_init_and_two_joins_go_from_one_voter_to_three_and_never_to_two()
    {
        await Task.WhenAll(Nodes.StartAsync(), Nodes.StartAsync(), Nodes.StartAsync());
        var token = await Nodes.InitAsync();
        (await Nodes[1].JoinAsync(Nodes[0], token)).Ok();
        await Nodes.VotersAsync(1);
        var two = (await Nodes[1].CliJson("status")).Ok().Json;
        Assert.Equal(["learner", "voter"], Members(two).Select(m => m.GetProperty("role").GetString()).Order());
        Assert.Contains(two.GetProperty("notices").EnumerateArray(), n => n.GetString()!.Contains("One of two nodes votes"));

        (await Nodes[2].JoinAsync(Nodes[1], await TestCluster.TokenAsync(Nodes[1]))).Ok();
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
        var three = (await Nodes[2].CliJson("status")).Ok().Json;
        Assert.Equal("running", three.GetProperty("state").GetString());
        Assert.Equal("test", three.GetProperty("cluster").GetString());
        Assert.Equal("n3", three.GetProperty("node").GetString());
        Assert.True(three.GetProperty("quorum").GetBoolean());
        Assert.True(three.GetProperty("term").GetInt64() > 0);
        Assert.True(three.GetProperty("applied_index").GetInt64() <= three.GetProperty("commit_index").GetInt64());

        // How slow this machine's disk is says nothing about the cluster.
        Assert.DoesNotContain(three.GetProperty("notices").EnumerateArray(), n => !n.GetString()!.StartsWith("Round trips", StringComparison.Ordinal));
        Assert.Equal(["n1", "n2", "n3"], Members(three).Select(m => m.GetProperty("name").GetString()));
        Assert.Single(Members(three), m => m.GetProperty("leader").GetBoolean());
        Assert.All(Members(three), m => Assert.Equal("ready", m.GetProperty("state").GetString()));
    }

    private static IReadOnlyList<JsonElement> Members(JsonElement status) => [.. status.GetProperty("members").EnumerateArray()];
}
