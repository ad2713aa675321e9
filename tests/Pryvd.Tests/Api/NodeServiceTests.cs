using Grpc.Core;
using Pryv.V1;

namespace Pryvd.Tests.Api;

/// <summary>Requirements M4 and M6: nodes as the cluster knows them, and what it remembers for their names.</summary>
public sealed class NodeServiceTests(OneNode cluster) : IClassFixture<OneNode>
{
    private TestNode Node => cluster.Node;

    [Fact]
    public async Task A_node_is_found_by_name_and_by_id_with_its_history()
    {
        var listed = Assert.Single((await Node.Nodes.ListNodesAsync(new ListNodesRequest(), Ask.InTime)).Nodes);
        var byName = await Node.Nodes.GetNodeAsync(new GetNodeRequest { Node = "n1" }, Ask.InTime);
        var byId = await Node.Nodes.GetNodeAsync(new GetNodeRequest { Node = listed.Id }, Ask.InTime);

        Assert.Equal(byName.Node, byId.Node);
        Assert.Equal(("n1", "ready", Node.Host.Address, "dc1"), (byName.Node.Name, byName.Node.State, byName.Node.Address, byName.Node.Datacenter));
        Assert.Equal("r1", byName.Node.Tags["rack"]);
        Assert.Equal(("", "ready"), (byName.History[^1].From, byName.History[^1].To));
        Assert.True(byName.Node.CertificateExpiresMs > DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData("nobody", StatusCode.NotFound)]
    [InlineData("", StatusCode.InvalidArgument)]
    [InlineData("no name", StatusCode.InvalidArgument)]
    public async Task An_unknown_node_is_refused_by_every_method(string node, StatusCode expected)
    {
        var tag = new TagNodeRequest { Node = node, Set = { ["a"] = "b" } };
        await Ask.RefusedAsync(expected, async () => await Node.Nodes.GetNodeAsync(new GetNodeRequest { Node = node }, Ask.InTime));
        await Ask.RefusedAsync(expected, async () => await Node.Nodes.TagNodeAsync(tag, Ask.InTime));
        await Ask.RefusedAsync(expected, async () => await Node.Nodes.DecommissionNodeAsync(new DecommissionNodeRequest { Node = node }, Ask.InTime));
    }

    [Fact]
    public async Task What_is_given_at_commissioning_is_remembered_for_the_name()
    {
        var request = new CommissionNodeRequest { Name = "n7", Group = "db", Tags = { ["disk"] = "nvme" }, Vars = { ["port"] = "5432" } };
        Assert.Equal([1], (await Node.Nodes.CommissionNodeAsync(request, Ask.InTime)).Versions);
        await Node.Vars.SetVarsAsync(Ask.Set("group/db", "engine", "\"pg\""), Ask.InTime);

        var sees = await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest { Node = "n7" }, Ask.InTime);
        Assert.Equal([("engine", "group/db"), ("port", "node/n7")], sees.Vars.Select(item => (item.Var.Key, item.Var.Scope)));
        var remembered = Node.Session.Store.Read().State.Commissioned["n7"];
        Assert.Equal(("db", "nvme"), (remembered.Group, remembered.Tags.Items["disk"]));
    }

    [Fact]
    public async Task What_cannot_be_remembered_is_refused()
    {
        var bad = new[]
        {
            new CommissionNodeRequest { Name = "n 8" },
            new CommissionNodeRequest { Name = "n8", Group = "a/b" },
            new CommissionNodeRequest { Name = "n8", Tags = { ["bad key"] = "" } },
            new CommissionNodeRequest { Name = "n8", Vars = { ["k"] = "no json" } },
        };
        foreach (var request in bad)
        {
            await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Nodes.CommissionNodeAsync(request, Ask.InTime));
        }

        Assert.False(Node.Session.Store.Read().State.Commissioned.ContainsKey("n8"));
    }

    [Fact]
    public async Task Tags_are_set_and_removed_and_a_watch_shows_it()
    {
        using var watch = Node.Nodes.WatchNodes(new WatchNodesRequest(), Ask.InTime);
        var start = (await watch.NextAsync(1))[0];
        await Node.Nodes.TagNodeAsync(new TagNodeRequest { Node = "n1", Set = { ["zone"] = "a" } }, Ask.InTime);
        await Node.Nodes.CommissionNodeAsync(new CommissionNodeRequest { Name = "n9" }, Ask.InTime);
        await Node.Nodes.TagNodeAsync(new TagNodeRequest { Node = "n1", Remove = { "zone" } }, Ask.InTime);
        var changes = new List<NodeChange>();
        while (changes.LastOrDefault() is not { } last || last.Node.Tags.ContainsKey("zone"))
        {
            changes.AddRange(await watch.NextAsync(1));
            Assert.Equal("n1", changes[^1].Node.Name);
        }

        Assert.All(changes, change => Assert.False(change.Removed));
        using var resumed = Node.Nodes.WatchNodes(new WatchNodesRequest { Since = start.Position }, Ask.InTime);
        Assert.Equal(changes[^1], (await resumed.NextAsync(1))[0]);

        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Nodes.TagNodeAsync(new TagNodeRequest { Node = "n1", Remove = { "zone" } }, Ask.InTime));
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Nodes.TagNodeAsync(new TagNodeRequest { Node = "n1" }, Ask.InTime));
    }
}
