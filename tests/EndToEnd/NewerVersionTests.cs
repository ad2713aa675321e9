using EndToEnd.Harness;
using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Internal.V1;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M13: a daemon of this build meets what a newer one wrote.</summary>
public sealed class NewerVersionTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    [Trait("requirement", "M13")]
    public async Task M13_a_command_of_a_newer_version_stops_applying_says_so_and_harms_nothing()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].Cli("var", "set", "before=1")).Ok();
        var before = await Nodes.SameDigestAsync();
        foreach (var node in Nodes.Nodes)
        {
            node.Kill();
        }

        foreach (var node in Nodes.Nodes)
        {
            AppendFromTheFuture(node);
        }

        await Task.WhenAll(Nodes.Nodes.Select(n => n.StartAsync()));
        foreach (var node in Nodes.Nodes)
        {
            await Until.Holds($"{node.Name} has stopped applying", async () => await node.StatusAsync() is { State: "stopped" });
            var status = (await node.CliJson("status")).Ok().Json;
            Assert.Contains("newer version", status.GetProperty("problem").GetString());
            Assert.Contains("99", status.GetProperty("problem").GetString());
            Assert.False(status.GetProperty("quorum").GetBoolean());
            Assert.Equal(before.Digest, (await node.DigestAsync()).Digest);
            (await node.Cli("var", "set", "x=1", "--timeout", "2s")).Refused(5, "newer version");
            var stale = (await node.CliJson("var", "get", "before", "--stale")).Ok().Json;
            Assert.NotEqual(0, AgeOf(stale));
            Assert.Equal(0, await node.TerminateAsync());
        }
    }

    /// <summary>As if the leader of a newer version had replicated one more command, had told all that it is committed, and all had crashed before they applied it.</summary>
    private static void AppendFromTheFuture(Node node)
    {
        using var log = DurableLog.Open(new LibcDisk(Path.Combine(node.DataDir, "log")), LogOptions.Default);
        var command = new CommandEnvelope { Version = 99, SetVars = new SetVars() };
        log.Append(log.HardState with { Commit = log.Last.Next() }, [new Entry(log.Last.Next(), log.TermAt(log.Last), EntryKind.Command, command.ToByteArray())]);
        log.Flush();
    }

    /// <summary>Null where it is not known.</summary>
    private static long? AgeOf(System.Text.Json.JsonElement read) =>
        read.GetProperty("info").GetProperty("age_ms") is { ValueKind: System.Text.Json.JsonValueKind.Number } age ? age.GetInt64() : null;
}
