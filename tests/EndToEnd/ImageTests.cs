using System.Globalization;
using EndToEnd.Harness;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>M1: a machine made from an image, whose configuration names peers and a token file, joins by itself.</summary>
public sealed class ImageTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    [Trait("requirement", "M1")]
    public async Task M1_a_node_that_is_told_of_peers_and_a_token_joins_as_soon_as_it_can()
    {
        var image = Nodes.Add("n1");
        var first = Nodes.Add("n2");
        var token = image.PathOf("token");
        await image.StartAsync("--peer", Peer(first), "--token-file", token);
        await Says(image, "cannot be read");

        await File.WriteAllTextAsync(token, "rubbish\n");
        File.SetUnixFileMode(token, OwnerOnly);
        await first.StartAsync();
        (await first.Cli("init")).Ok();
        await Says(image, "token");

        File.SetUnixFileMode(token, OwnerOnly | UnixFileMode.OtherRead);
        await File.WriteAllTextAsync(token, await TestCluster.TokenAsync(first));
        await Says(image, "chmod 600");

        File.SetUnixFileMode(token, OwnerOnly);
        await Until.Holds("the image has joined", async () => await image.StatusAsync() is { State: "running", Members.Count: 2 }, TimeSpan.FromSeconds(60));
        (await image.Cli("init")).Refused(5, "belongs to cluster");
    }

    [Fact]
    [Trait("requirement", "M1")]
    public async Task M1_a_person_who_is_quicker_wins_and_a_daemon_that_waits_for_its_peers_can_be_stopped()
    {
        var node = Nodes.Add();
        var nobody = Nodes.Add();
        await File.WriteAllTextAsync(node.PathOf("token"), "pryvd1.x");
        File.SetUnixFileMode(node.PathOf("token"), OwnerOnly);
        string[] image = ["--peer", Peer(nobody), "--token-file", node.PathOf("token")];
        await node.StartAsync(image);
        await Says(node, "not join by itself");
        Assert.Equal(0, await node.TerminateAsync());

        await node.StartAsync(image);
        (await node.Cli("init", "--cluster", "mine")).Ok();
        Assert.Equal("mine", (await node.StatusAsync()).Cluster);
        Assert.Equal("", (await node.StatusAsync()).Problem);
    }

    private static string Peer(Node node) => string.Create(CultureInfo.InvariantCulture, $"{node.Listen}");

    private static Task<TimeSpan> Says(Node node, string reason) => Until.Holds(
        $"status of {node.Name} says {reason}", async () => (await node.StatusAsync()).Problem.Contains(reason, StringComparison.OrdinalIgnoreCase), TimeSpan.FromSeconds(60));
}
