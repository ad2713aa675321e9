using Google.Protobuf;
using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Peers;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Api;

/// <summary>Design 8: a secret is sealed before it is proposed, masked wherever it shows, and opened only when asked, on record.</summary>
public sealed class SecretTests(OneNode cluster) : IClassFixture<OneNode>
{
    private const string Value = "s3cr3t-Zq81";

    private TestNode Node => cluster.Node;

    [Fact]
    public async Task A_secret_shows_nowhere_unless_it_is_asked_for()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("group/g", "masked", $"\"{Value}\"", secret: true), Ask.InTime);
        await Node.Vars.SetVarsAsync(Ask.Set("group/g", "masked", $"\"{Value}2\"", secret: true), Ask.InTime);
        using var watch = Node.Vars.WatchVars(new WatchVarsRequest { Scope = "group/g", Prefix = "masked" }, Ask.InTime);

        var shown = new IMessage[]
        {
            await Node.Vars.GetVarAsync(new GetVarRequest { Scope = "group/g", Key = "masked" }, Ask.InTime),
            await Node.Vars.ListVarsAsync(new ListVarsRequest { Scope = "group/g" }, Ask.InTime),
            await Node.Vars.GetVarHistoryAsync(new GetVarHistoryRequest { Scope = "group/g", Key = "masked" }, Ask.InTime),
            await Node.Events.ListEventsAsync(new ListEventsRequest { Limit = 1_000 }, Ask.InTime),
            (await watch.NextAsync(1))[0],
        };
        Assert.All(shown, reply => Assert.Contains("***", reply.ToString(), StringComparison.Ordinal));
        Assert.All(shown, reply => Assert.DoesNotContain(Value, reply.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(Node.Log.Lines, line => line.Contains(Value, StringComparison.Ordinal));
        Assert.DoesNotContain(Files(), file => Holds(file, Value));
    }

    [Fact]
    public async Task A_secret_that_is_revealed_is_on_record()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("node/n1", "revealed", $" \"{Value}\" ", secret: true), Ask.InTime);
        var got = await Node.Vars.GetVarAsync(new GetVarRequest { Scope = "node/n1", Key = "revealed", Reveal = true }, Ask.InTime);
        Assert.Equal($"\"{Value}\"", got.Var.Json);
        Assert.True(got.Var.Secret);

        var entry = Assert.Single(Node.Log.Of(LogCategory.Security), line => line.Contains("revealed to", StringComparison.Ordinal) && line.Contains("\"revealed\"", StringComparison.Ordinal));
        Assert.Contains($"uid {Libc.EffectiveUser()}, pid {Environment.ProcessId}", entry, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, entry, StringComparison.Ordinal);

        var listed = await Node.Vars.ListVarsAsync(new ListVarsRequest { Scope = "node/n1", Prefix = "revealed", Reveal = true }, Ask.InTime);
        Assert.Equal($"\"{Value}\"", Assert.Single(listed.Vars).Json);
        var resolved = await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest { Node = "n1", Reveal = true }, Ask.InTime);
        Assert.Equal($"\"{Value}\"", resolved.Vars.Single(item => item.Var.Key == "revealed").Var.Json);
    }

    [Fact]
    public async Task A_setting_cannot_be_a_secret() =>
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(Ask.Set("", "pryvd.voters", "3", secret: true), Ask.InTime));

    [Fact]
    public async Task A_sealed_value_does_not_open_as_another_variable()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("", "place", $"\"{Value}\"", secret: true), Ask.InTime);
        var item = Node.Session.Store.Read().State.Vars.Find(new VarName(VarScope.Cluster, "place"))!;
        var request = new OpenSecretsRequest { Vars = { new SealedVar { Scope = "cluster", Key = "elsewhere", Sealed = item.Sealed } } };
        await Ask.RefusedAsync(StatusCode.FailedPrecondition, () => Node.Leader.AnswerAsync(
            "/pryv.internal.v1.Secrets/Open", request.ToByteString(), new Pryvd.Model.Actor("n1", 0, 1), CancellationToken.None));
    }

    [Fact]
    public async Task A_node_without_custody_gets_a_secret_by_way_of_the_leader_sealed_for_itself()
    {
        await using var observer = await JoinAsync("n2");
        Assert.False(observer.Host.IdentityFolder.Custody.Exists);
        await observer.Vars.SetVarsAsync(Ask.Set("", "far", $"\"{Value}\"", secret: true), Ask.InTime);
        var got = await observer.Vars.GetVarAsync(new GetVarRequest { Key = "far", Reveal = true }, Ask.InTime);
        Assert.Equal($"\"{Value}\"", got.Var.Json);
        Assert.Equal($"{Libc.EffectiveUser()}@n2", got.Var.Actor);

        foreach (var node in new[] { Node, observer })
        {
            var entry = Assert.Single(node.Log.Of(LogCategory.Security), line => line.Contains("\"far\"", StringComparison.Ordinal));
            Assert.Contains("on n2", entry, StringComparison.Ordinal);
            Assert.DoesNotContain(node.Log.Lines, line => line.Contains(Value, StringComparison.Ordinal));
        }

        var item = Node.Session.Store.Read().State.Vars.Find(new VarName(VarScope.Cluster, "far"))!;
        var request = new OpenSecretsRequest { Vars = { new SealedVar { Scope = "cluster", Key = "far", Sealed = item.Sealed } } };
        var bytes = await Node.Leader.AnswerAsync("/pryv.internal.v1.Secrets/Open", request.ToByteString(), new Pryvd.Model.Actor("n2", 0, 1), CancellationToken.None);
        var crossing = OpenSecretsReply.Parser.ParseFrom(bytes).Sealed[0];
        using var other = Node.Host.IdentityFolder.SealingKey();
        Assert.Throws<SealException>(() => Sealing.Open(other, crossing.Span, SealContext.ForNode(observer.Session.Identity.Name, "variable cluster:far")));
        await Node.Nodes.DecommissionNodeAsync(new DecommissionNodeRequest { Node = "n2" }, Ask.InTime);
    }

    private async Task<TestNode> JoinAsync(string name)
    {
        var token = await Node.Tokens.CreateTokenAsync(new CreateTokenRequest { Role = "observer" }, Ask.InTime);
        var node = await TestNode.StartAsync(name);
        var peer = HostAndPort.Parse(Node.Host.Address, 0)!;
        await node.Host.ChangeAsync(async () =>
        {
            await JoinFlow.RunAsync(node.Host, [peer], token.Token, "", [], CancellationToken.None);
            return true;
        });
        await Within.UntilAsync(() => node.Session.Store.Read().State.Nodes.FindLiving(name) is not null && node.Session.LeaderSilence is not null);
        return node;
    }

    private IEnumerable<string> Files() => Directory.GetFiles(Node.Host.Folder.Path, "*", SearchOption.AllDirectories);

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
