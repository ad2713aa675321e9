using System.Text;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M4, G6: a secret is remembered for good and shown to nobody who did not ask for it.</summary>
public sealed class SecretTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const string Secret = "correct-horse-battery-staple-7f3a";

    [Fact]
    [Trait("requirement", "M4")]
    [Trait("requirement", "G6")]
    public async Task M4_G6_a_secret_is_in_no_event_list_log_snapshot_or_file_and_every_node_reveals_it_when_asked()
    {
        await Nodes.FormThreeAsync();
        (await Nodes[0].CliWithInput(Secret, "var", "set", "--secret", "api_key=-")).Ok();
        (await Nodes[1].CliWithInput(Secret + "2", "var", "set", "--secret", "api_key=-")).Ok();
        await Nodes.SameDigestAsync();
        foreach (var node in Nodes.Nodes)
        {
            foreach (var command in new[] { "var list", "var get api_key", "var history api_key", "event list", "var export", "var resolve --node n1" })
            {
                var said = (await node.CliJson(command.Split(' '))).Ok();
                Assert.DoesNotContain(Secret, said.Out + said.Error);
            }

            Assert.Equal(Secret + "2", (await node.Cli("var", "get", "api_key", "--reveal")).Ok().Out.Trim());
        }

        var snapshot = Nodes[0].PathOf("snapshot");
        (await Nodes[0].Cli("snapshot", "save", snapshot)).Ok();
        foreach (var node in Nodes.Nodes)
        {
            Assert.Equal(0, await node.TerminateAsync());
            Assert.False(node.Log.Holds(Secret), $"the log of {node.Name} holds the secret");
        }

        var files = Nodes.Nodes.SelectMany(n => Directory.EnumerateFiles(n.DataDir, "*", SearchOption.AllDirectories)).Append(snapshot);
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) < 0, $"{file} holds the secret"));
    }
}
