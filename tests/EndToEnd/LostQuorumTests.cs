using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M11: the quorum is lost for good.</summary>
public sealed class LostQuorumTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "M11")]
    public async Task M11_the_survivor_recovers_in_a_new_epoch_and_an_old_member_is_refused_until_it_follows_the_advice()
    {
        var (survivor, lost) = await LoseTwoAsync();
        await AssertStaleOnlyAsync(survivor);

        var dry = (await survivor.Cli("raft", "recover")).Exits(2);
        Assert.Contains("would be lost", dry.Error);
        Assert.Contains("--yes", dry.Error);
        Assert.Equal(1, (await survivor.StatusAsync()).Epoch);
        var done = (await survivor.CliJson("raft", "recover", "--yes")).Ok().Json;
        Assert.Equal(2, done.GetProperty("epoch").GetInt64());
        Assert.Equal(2, done.GetProperty("lost_members").GetArrayLength());
        await Until.Holds("the survivor leads alone in epoch 2", async () =>
            await survivor.StatusAsync() is { Quorum: true, Epoch: 2, Members.Count: 1 } status && status.Leader == survivor.Name);
        (await survivor.Cli("var", "set", "after=recovery")).Ok();

        foreach (var old in lost)
        {
            await old.StartAsync();
            await AssertRefusedAsync(old);
        }

        foreach (var old in lost)
        {
            await FollowAdviceAsync(old);
        }

        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
        Assert.Equal("recovery", (await lost[1].Cli("var", "get", "after")).Ok().Out.Trim());
    }

    [Fact]
    [Trait("requirement", "M11")]
    public async Task M11_an_old_majority_that_came_back_alone_stops_as_soon_as_it_meets_the_new_epoch()
    {
        var (survivor, lost) = await LoseTwoAsync();
        (await survivor.Cli("raft", "recover", "--yes")).Ok();
        await Until.Holds("epoch 2 has begun", async () => await survivor.StatusAsync() is { Quorum: true, Epoch: 2 });
        (await survivor.Cli("var", "set", "after=recovery")).Ok();

        // The old two cannot know of it, for nobody tells them.
        survivor.Kill();
        await Task.WhenAll(lost.Select(n => n.StartAsync()));
        await Until.Holds("the old majority leads", async () => await lost[0].StatusAsync() is { Quorum: true });

        await survivor.StartAsync();
        await AssertRefusedAsync(lost[0]);
        await AssertRefusedAsync(lost[1]);
        Assert.Equal("recovery", (await survivor.Cli("var", "get", "after")).Ok().Out.Trim());
        await FollowAdviceAsync(lost[0]);
        await FollowAdviceAsync(lost[1]);
        await Nodes.VotersAsync(3);
        await Nodes.SameDigestAsync();
    }

    [Fact]
    [Trait("requirement", "M11")]
    public async Task M11_a_survivor_without_the_clusters_keys_takes_the_recovery_key_and_can_admit_others()
    {
        var key = await KeptKeyAsync();
        var (survivor, lost) = await LoseTwoAsync(isFormed: true);

        // As on a node that never was to vote.
        Directory.Delete(Path.Combine(survivor.DataDir, "identity", "custody"), recursive: true);
        (await survivor.Cli("raft", "recover", "--yes")).Refused(5, "--recovery-key");
        Assert.Equal(1, (await survivor.StatusAsync()).Epoch);
        (await survivor.Cli("raft", "recover", "--recovery-key", key, "--yes")).Ok();
        await Until.Holds("epoch 2 has begun", async () => await survivor.StatusAsync() is { Quorum: true, Epoch: 2 });

        lost[0].Wipe(keepIdentity: false);
        await lost[0].StartAsync();
        (await lost[0].JoinAsync(survivor, await TestCluster.TokenAsync(survivor))).Ok();
        Assert.Equal("1", (await lost[0].Cli("var", "get", "before")).Ok().Out.Trim());
    }

    /// <summary>Forms the cluster; a copy of what its first node was given to put away.</summary>
    private async Task<string> KeptKeyAsync()
    {
        await Nodes.FormThreeAsync();
        var key = Nodes[0].PathOf("kept.key");
        File.Copy(Path.Combine(Nodes[0].DataDir, "recovery.key"), key);
        return key;
    }

    private async Task<(Node Survivor, IReadOnlyList<Node> Lost)> LoseTwoAsync(bool isFormed = false)
    {
        if (!isFormed)
        {
            await Nodes.FormThreeAsync();
        }

        (await Nodes[0].Cli("var", "set", "before=1")).Ok();
        await Nodes.SameDigestAsync();
        var lost = (IReadOnlyList<Node>)[await Nodes.LeaderAsync(), Nodes.Others(await Nodes.LeaderAsync())[0]];
        foreach (var node in lost)
        {
            node.Kill();
        }

        var survivor = Nodes.Running.Single();
        await Until.Holds("the survivor knows that there is no quorum", async () => !(await survivor.StatusAsync()).Quorum);
        return (survivor, lost);
    }

    private static async Task AssertStaleOnlyAsync(Node survivor)
    {
        (await survivor.Cli("var", "set", "x=1", "--timeout", "1500ms")).Refused(3, "hint: ", "recover");
        (await survivor.Cli("var", "get", "before", "--timeout", "1500ms")).Refused(3, "hint: ", "--stale");
        var stale = (await survivor.CliJson("var", "get", "before", "--stale")).Ok().Json;
        Assert.Equal(1, stale.GetProperty("value").GetInt32());
        Assert.True(stale.GetProperty("info").GetProperty("stale").GetBoolean());
        Assert.True(stale.GetProperty("info").GetProperty("age_ms").GetInt64() > 500);
    }

    private static async Task AssertRefusedAsync(Node old)
    {
        await Until.Holds($"{old.Name} has stopped", async () => await old.StatusAsync() is { State: "stopped" });
        var status = (await old.CliJson("status")).Ok().Json;
        var problem = status.GetProperty("problem").GetString();
        Assert.Contains("epoch 2", problem);
        Assert.Contains("move", problem);
        (await old.Cli("var", "set", "x=1", "--timeout", "2s")).Refused(5, "rejoin");
    }

    /// <summary>Just what the problem says: stop, move log and state away, keep the identity, start.</summary>
    private static async Task FollowAdviceAsync(Node old)
    {
        Assert.Equal(0, await old.TerminateAsync());
        var away = Directory.CreateDirectory(old.PathOf("away")).FullName;
        Directory.Move(Path.Combine(old.DataDir, "log"), Path.Combine(away, "log"));
        foreach (var file in Directory.GetFiles(old.DataDir, "state-*").Append(Path.Combine(old.DataDir, "CURRENT")))
        {
            File.Move(file, Path.Combine(away, Path.GetFileName(file)));
        }

        await old.StartAsync();
    }
}
