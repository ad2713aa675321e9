using System.Diagnostics;
using EndToEnd.Harness;
using Pryv.V1;
using Xunit.Abstractions;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd;

/// <summary>S5, M2: snapshots, kept by a person and sent to a node that is far behind.</summary>
public sealed class SnapshotTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int Writes = 45_000;
    private const int AtOnce = 256;

    [Fact]
    [Trait("requirement", "S5")]
    public async Task S5_a_saved_snapshot_begins_a_new_epoch_in_an_empty_folder_with_the_recovery_key()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("var", "set", "kept=yes")).Ok();
        (await Nodes[0].CliWithInput("hidden", "var", "set", "--secret", "api_key=-")).Ok();
        var file = Nodes[0].PathOf("state.snapshot");
        (await Nodes[1].Cli("snapshot", "save", file)).Ok();
        (await Nodes[1].Cli("snapshot", "save", file)).Refused(5, "exists");
        (await Nodes[0].Cli("var", "set", "later=lost")).Ok();
        var facts = (await Nodes[0].CliJson("snapshot", "inspect", file)).Ok().Json;
        Assert.Equal(3, facts.GetProperty("nodes").GetInt32());
        Assert.Equal("test", facts.GetProperty("cluster").GetString());

        var key = Nodes[0].PathOf("recovery.key");
        File.Copy(Path.Combine(Nodes[0].DataDir, "recovery.key"), key);
        var node = Nodes[0];
        foreach (var one in Nodes.Nodes)
        {
            one.Kill();
        }

        string[] restore = ["snapshot", "restore", file, "--data-dir", node.DataDir, "--recovery-key", key, "--name", "n1", "--yes"];
        (await node.Cli(restore)).Refused(1, "empty");
        node.Wipe(keepIdentity: false);
        (await node.Cli(restore)).Ok();
        await node.StartAsync();
        await Until.Holds("the restored node leads alone in epoch 2", async () => await node.StatusAsync() is { Quorum: true, Epoch: 2, Members.Count: 1 });
        Assert.Equal("yes", (await node.Cli("var", "get", "kept")).Ok().Out.Trim());
        Assert.Equal("hidden", (await node.Cli("var", "get", "api_key", "--reveal")).Ok().Out.Trim());
        (await node.Cli("var", "get", "later")).Refused(4, "later");

        await Nodes[1].StartAsync();
        await Until.Holds("an old member is refused", async () => await Nodes[1].StatusAsync() is { State: "stopped" });
    }

    [Fact]
    [Trait("requirement", "M2")]
    public async Task M2_a_node_that_is_further_behind_than_the_log_goes_back_gets_a_snapshot()
    {
        await Nodes.FormThreeAsync();
        var leader = await Nodes.LeaderAsync();
        var behind = Nodes.Others(leader)[0];
        var database = Current(behind);
        behind.Kill();
        var started = Stopwatch.GetTimestamp();
        await WriteManyAsync(leader);
        Measured($"{Writes} writes, {AtOnce} at once", Stopwatch.GetElapsedTime(started));

        started = Stopwatch.GetTimestamp();
        await behind.StartAsync();
        await Nodes.SameDigestAsync();
        Measured("start of a node behind a snapshot to the same digest", Stopwatch.GetElapsedTime(started));
        Assert.NotEqual(database, Current(behind));
        await Nodes.VotersAsync(3);
    }

    private static string Current(Node node) => File.ReadAllText(Path.Combine(node.DataDir, "CURRENT"));

    private static async Task WriteManyAsync(Node leader)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async client =>
        {
            while (Interlocked.Increment(ref next) is var i && i <= Writes)
            {
                var request = new SetVarsRequest { Scope = "cluster", Vars = { new VarAssignment { Key = $"k{client}", Json = $"{i}" } } };
                await leader.Vars.SetVarsAsync(request, deadline: DateTime.UtcNow + Until.Patience);
            }
        }));
    }
}
