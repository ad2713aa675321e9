using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M9: a witness makes a pair safe.</summary>
public sealed class WitnessTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "M9")]
    public async Task M9_a_witness_makes_a_pair_three_voters_and_gives_leadership_away()
    {
        await Task.WhenAll(Nodes.StartAsync(), Nodes.StartAsync(), Nodes.StartAsync());
        (await Nodes[1].JoinAsync(Nodes[0], await Nodes.InitAsync())).Ok();
        (await Nodes[2].JoinAsync(Nodes[0], await TestCluster.TokenAsync(Nodes[0], "--role", "witness"))).Ok();
        await Nodes.VotersAsync(3);
        Assert.Equal(["voter", "voter", "witness"], (await Nodes[0].StatusAsync()).Members.Select(m => m.Role).Order());

        for (var i = 0; i < 2; i++)
        {
            var leader = await Nodes.LeaderAsync();
            leader.Kill();
            await Until.Holds("the other voter leads, not the witness", async () =>
                (await Nodes[2].StatusAsync()) is { Quorum: true } s && s.Leader == Nodes.Others(Nodes[2]).Single().Name);
            (await Nodes[2].Cli("var", "set", $"round={i}")).Ok();
            await leader.StartAsync();
            await Nodes.VotersAsync(3);
        }

        await Nodes.SameDigestAsync();
    }
}
