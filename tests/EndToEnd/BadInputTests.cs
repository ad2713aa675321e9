using EndToEnd.Harness;
using Grpc.Core;
using Pryv.V1;
using Xunit.Abstractions;
using Node = EndToEnd.Harness.Node;

namespace EndToEnd;

/// <summary>The last row of "how it must behave": a clear error, no state changed, nothing lost.</summary>
public sealed class BadInputTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const string Forged = "pryvd-join-1-not-a-token";

    [Fact]
    [Trait("requirement", "M4")]
    public async Task M4_bad_variables_are_refused_and_change_nothing()
    {
        await Nodes.FormOneAsync();
        var node = Nodes[0];
        (await node.Cli("var", "set", "known=1")).Ok();
        var before = await StateAsync(node);

        (await node.Cli("var", "get", "nosuchkey")).Refused(4, "nosuchkey");
        (await node.Cli("var", "history", "nosuchkey")).Refused(4, "nosuchkey");
        (await node.Cli("var", "delete", "nosuchkey")).Refused(4, "nosuchkey");
        (await node.Cli("var", "set", "k=1", "--scope", "galaxy/far")).Refused(2, "scope");
        (await node.Cli("var", "set", "k={\"a\":", "--json")).Refused(2, "not valid JSON");
        (await node.Cli("var", "set", "known=2", "--if-version", "7")).Refused(5, "version");
        (await node.Cli("var", "set", "no spaces allowed=1")).Refused(1, "no spaces allowed");
        (await node.CliWithInput(new string('x', 10_000_000), "var", "set", "big=-")).Refused(1, "standard input");
        (await node.Cli("node", "show", "nobody")).Refused(4, "nobody");
        (await node.Cli("raft", "transfer", "nobody")).Refused(4, "nobody");
        (await node.Cli("nonsense")).Refused(2);
        await RefusedAsync(StatusCode.ResourceExhausted, node, new VarAssignment { Key = "big", Json = $"\"{new string('x', 10_000_000)}\"" });
        await RefusedAsync(StatusCode.InvalidArgument, node, new VarAssignment { Key = "big", Json = $"\"{new string('x', 2_000_000)}\"" });
        await RefusedAsync(StatusCode.InvalidArgument, node, new VarAssignment { Key = "bad", Json = "{" });

        Assert.Equal(before, await StateAsync(node));
    }

    [Fact]
    [Trait("requirement", "G6")]
    [Trait("requirement", "M10")]
    public async Task G6_M10_no_join_without_a_token_that_is_good_here_and_now()
    {
        await Task.WhenAll(Nodes.StartAsync(), Nodes.StartAsync("other"), Nodes.StartAsync("joiner"));
        var (node, other, joiner) = (Nodes[0], Nodes[1], Nodes[2]);
        var good = await Nodes.InitAsync();
        var shortLived = await TestCluster.TokenAsync(node, "--ttl", "1s");
        var revoked = (await node.CliJson("token", "create")).Ok().Json;
        (await node.Cli("token", "revoke", revoked.GetProperty("id").GetString()!)).Ok();
        var foreign = (await other.CliJson("init", "--cluster", "other")).Ok().Json.GetProperty("token").GetString()!;
        await Until.Holds("the short-lived token has expired", async () =>
            (await node.Cli("token", "list")).Ok().Out.Contains("expired", StringComparison.Ordinal));
        var before = await node.DigestAsync();

        (await joiner.Cli("join", node.Listen.ToString())).Refused(2, "token");
        (await joiner.JoinAsync(node, Forged)).Refused(1, "token");
        (await joiner.JoinAsync(node, shortLived)).Refused(1, "expired", "token create");
        (await joiner.JoinAsync(node, revoked.GetProperty("token").GetString()!)).Refused(1, "revoked", "token create");
        (await joiner.JoinAsync(node, foreign)).Refused(5, "not of the cluster");
        (await joiner.JoinAsync(joiner, good)).Refused(3, "cannot be reached");
        Assert.Equal("new", (await joiner.StatusAsync()).State);
        Assert.Equal(before, await node.DigestAsync());

        (await joiner.JoinAsync(node, good)).Ok();
        (await other.Cli("leave", "--force", "--yes")).Ok();
        (await other.JoinAsync(node, good)).Refused(1, "used", "joiner");
        (await joiner.JoinAsync(node, await TestCluster.TokenAsync(node))).Refused(5, "already");
        Assert.Equal(2, (await node.StatusAsync()).Members.Count);
    }

    [Fact]
    [Trait("requirement", "M1")]
    public async Task M1_what_is_taken_stays_as_it_is_a_folder_a_socket_a_port_a_cluster()
    {
        await Nodes.FormOneAsync();
        var node = Nodes[0];
        var before = await node.DigestAsync();
        (await node.Cli("init")).Refused(5, "already", "leave");
        (await node.Cli("leave", "--yes")).Refused(5, "only voter");

        var free = Nodes.Add().Listen.ToString();
        await EndsAsync(["run", "--data-dir", node.DataDir, "--socket", node.PathOf("s2"), "--listen", free], node.DataDir);
        await EndsAsync(["run", "--data-dir", node.PathOf("d2"), "--socket", node.Socket, "--listen", free], node.Socket);
        await EndsAsync(["run", "--data-dir", node.PathOf("d3"), "--socket", node.PathOf("s3"), "--listen", node.Listen.ToString()], $"{node.Listen} cannot be bound");
        await EndsAsync(["run", "--data-dir", node.PathOf("d4"), "--listen", "nowhere"], "listen", exitCode: 2);

        Assert.Equal(before, await node.DigestAsync());
        node.Kill();
        (await node.Cli("status")).Refused(1, "nobody listens", "hint: ");
        (await PryvdProgram.RunAsync(["status", "--socket", node.PathOf("nosuch")])).Refused(1, "there is no socket");
        await node.StartAsync();
        Assert.Equal(before.Digest, (await node.DigestAsync()).Digest);
    }

    /// <summary>Variables and events; refused requests are remembered, so the digest is not the same.</summary>
    private static async Task<(string Vars, string Events)> StateAsync(Node node) => (
        (await node.CliJson("var", "list")).Ok().Json.GetProperty("vars").GetRawText(),
        (await node.CliJson("event", "list")).Ok().Json.GetProperty("events").GetRawText());

    private static async Task EndsAsync(string[] arguments, string why, int exitCode = 1)
    {
        var run = (await PryvdProgram.RunAsync(arguments)).Exits(exitCode);
        Assert.Contains(why, run.Out + run.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task RefusedAsync(StatusCode code, Node node, VarAssignment assignment)
    {
        var request = new SetVarsRequest { Scope = "cluster", Vars = { assignment } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Vars.SetVarsAsync(request, deadline: DateTime.UtcNow + Until.Patience));
        Assert.True(code == refused.StatusCode, refused.Message);
    }
}
