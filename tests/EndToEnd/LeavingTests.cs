using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M8, M9, G6: nodes that go, by their own will, by the cluster's, and what is left of them.</summary>
public sealed class LeavingTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "M9")]
    [Trait("requirement", "G6")]
    public async Task M9_G6_a_decommissioned_node_is_refused_keeps_no_vote_and_comes_back_only_with_a_new_token()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var gone = Nodes.Others(leader)[0];
        (await leader.Cli("node", "decommission", gone.Name, "--cause", "disk is dying", "--yes")).Ok();
        await OneVoterOneLearnerAsync([.. Nodes.Others(gone)]);
        await Until.Holds("the removed node says that it is refused", async () =>
            (await gone.StatusAsync()).Notices.Concat([(await gone.StatusAsync()).Problem]).Any(n => n.Contains("removed", StringComparison.Ordinal)));

        // Whether it still follows the leader that refuses it or none: it is told why, and not to look for a leader.
        var write = await gone.Cli("var", "set", "x=1", "--timeout", "2s");
        Assert.Equal(1, write.ExitCode);
        Assert.Contains("removed", write.Error, StringComparison.Ordinal);

        gone.Kill();
        Directory.Delete(Path.Combine(gone.DataDir, "log"), recursive: true);
        await gone.StartAsync();
        await Until.Holds("its old identity is not taken back", async () =>
            await gone.StatusAsync() is { State: "stopped" } s && s.Problem.Contains("removed", StringComparison.Ordinal));

        (await gone.Cli("leave", "--force", "--yes")).Ok();
        (await gone.JoinAsync(leader, await TestCluster.TokenAsync(leader))).Ok();
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
    }

    [Fact]
    [Trait("requirement", "G6")]
    public async Task G6_a_node_decommissioned_while_it_was_down_finds_its_certificate_revoked()
    {
        await Nodes.FormThreeAsync();
        var gone = Nodes.Others(await Nodes.LeaderAsync())[0];
        gone.Kill();
        (await (await Nodes.LeaderAsync()).Cli("node", "decommission", gone.Name, "--yes")).Ok();
        await OneVoterOneLearnerAsync([.. Nodes.Running]);
        await gone.StartAsync();
        await Until.Holds("it says that it was removed", async () =>
            await gone.StatusAsync() is { } s && s.Notices.Append(s.Problem).Any(n => n.Contains("removed", StringComparison.Ordinal)));
        await OneVoterOneLearnerAsync([.. Nodes.Others(gone)]);
    }

    [Fact]
    [Trait("requirement", "M8")]
    [Trait("requirement", "M9")]
    public async Task M8_M9_a_leader_that_leaves_hands_over_is_removed_and_keeps_a_copy_of_its_data_without_its_identity()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        (await leader.Cli("leave", "--yes")).Ok();
        Assert.Equal("new", (await leader.StatusAsync()).State);
        Assert.False(File.Exists(Path.Combine(leader.DataDir, "identity", "cluster.json")));
        var kept = Assert.Single(Directory.GetDirectories(leader.DataDir, "left-*"));
        Assert.True(Directory.Exists(Path.Combine(kept, "log")));
        await OneVoterOneLearnerAsync([.. Nodes.Others(leader)]);
        Assert.NotEqual(leader, await Nodes.LeaderAsync());

        (await leader.JoinAsync(Nodes.Others(leader)[0], await TestCluster.TokenAsync(Nodes.Others(leader)[0]))).Ok();
        await Nodes.VotersAsync(3);
        var follower = Nodes.Others(await Nodes.LeaderAsync())[0];
        (await follower.Cli("leave", "--purge", "--yes")).Ok();
        Assert.DoesNotContain(Directory.GetDirectories(follower.DataDir, "left-*"), d => d != kept);
        await OneVoterOneLearnerAsync([.. Nodes.Others(follower)]);
    }

    /// <summary>Nobody stays behind who is called ready and is no member.</summary>
    [Fact]
    [Trait("requirement", "M8")]
    public async Task M8_a_living_node_whose_member_is_removed_leaves_with_it_and_says_so()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var gone = Nodes.Others(leader)[0];
        (await leader.Cli("raft", "remove", gone.Name, "--yes")).Ok();
        await OneVoterOneLearnerAsync([.. Nodes.Others(gone)]);
        Assert.Contains("decommissioned", (await leader.Cli("node", "show", gone.Name)).Ok().Out, StringComparison.Ordinal);
        await Until.Holds("the removed node says that it is refused", async () =>
            (await gone.StatusAsync()).Notices.Append((await gone.StatusAsync()).Problem).Any(n => n.Contains("removed", StringComparison.Ordinal)));
    }

    private static Task OneVoterOneLearnerAsync(IReadOnlyList<Node> stay) => Until.Holds("one voter and one learner stay", async () =>
    {
        var all = await Task.WhenAll(stay.Select(n => n.StatusAsync()));
        return all.All(s => s.Quorum && s.Members.Select(m => m.Role).Order().SequenceEqual(["learner", "voter"]));
    });
}
