using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Model;
using Pryvd.Tests.Commands;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Tests.Api;

/// <summary>R1, O5, T1: components and routes over the local socket.</summary>
public sealed class ComponentServiceTests(OneNode cluster) : IClassFixture<OneNode>
{
    private TestNode Node => cluster.Node;

    private Components.ComponentsClient Components => new(Node.Channel);

    private Routes.RoutesClient Routes => new(Node.Channel);

    [Fact]
    public async Task Files_are_applied_listed_changed_and_deleted()
    {
        var first = await Apply("component: web\ncommand: [/bin/web]\n---\ncomponent: api\ncommand: [/bin/api]\ncount: 2\n");
        Assert.Equal(["web new", "api new"], first.Components.Select(diff => $"{diff.Name} {diff.Change}"));
        Assert.Equal([1, 1], first.Versions);
        var second = await Apply("component: web\ncommand: [/bin/web]\ncount: 3\n");
        Assert.Equal(("changed", "count", "1", "3"), (second.Components[0].Change, second.Components[0].Fields[0].Path, second.Components[0].Fields[0].Old, second.Components[0].Fields[0].New));

        var listed = await Components.ListComponentsAsync(new ListComponentsRequest { PageSize = 1 }, Ask.InTime);
        Assert.Equal(("api", "api"), (Assert.Single(listed.Components).Name, listed.NextPageToken));
        listed = await Components.ListComponentsAsync(new ListComponentsRequest { PageSize = 1_000, PageToken = "api" }, Ask.InTime);
        Assert.Contains(listed.Components, item => item.Name == "web" && item.Version == 2);
        Assert.Equal("", listed.NextPageToken);

        await Components.ChangeComponentAsync(new ChangeComponentRequest { Target = "web", Change = "stop" }, Ask.InTime);
        var shown = await Components.GetComponentAsync(new GetComponentRequest { Name = "web" }, Ask.InTime);
        Assert.True(shown.Component.Stopped);
        await Components.DeleteComponentAsync(new DeleteComponentRequest { Name = "web", IfVersion = 2 }, Ask.InTime);
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Components.GetComponentAsync(new GetComponentRequest { Name = "web" }, Ask.InTime));
    }

    [Fact]
    public async Task Each_fault_of_a_file_is_told_with_its_place_and_nothing_is_changed()
    {
        var before = Node.Session.Store.Read().State.Running;
        var refusal = await Ask.RefusedAsync(StatusCode.InvalidArgument, () => Apply("component: ok\ncommand: [x]\n---\ncomponent: bad\ncomand: [x]\nhome: no\n"));
        Assert.Contains("test.yaml:5:1: ", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("test.yaml:6:7: ", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Same(before, Node.Session.Store.Read().State.Running);
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Components.PlanComponentsAsync(new PlanComponentsRequest(), Ask.InTime));
    }

    [Theory]
    [InlineData("nobody", "stop", StatusCode.NotFound)]
    [InlineData("nobody/0", "restart", StatusCode.NotFound)]
    [InlineData("nobody/0", "stop", StatusCode.InvalidArgument)]
    [InlineData("no body", "stop", StatusCode.InvalidArgument)]
    [InlineData("nobody", "dance", StatusCode.InvalidArgument)]
    public async Task What_cannot_be_changed_is_refused(string target, string change, StatusCode expected) =>
        await Ask.RefusedAsync(expected, async () => await Components.ChangeComponentAsync(new ChangeComponentRequest { Target = target, Change = change }, Ask.InTime));

    [Fact]
    public async Task A_condition_is_for_one_component_and_is_kept()
    {
        const string two = "component: p\ncommand: [x]\n---\ncomponent: q\ncommand: [x]\n";
        await Ask.RefusedAsync(StatusCode.InvalidArgument, () => Apply(two, ifVersion: 0));
        await Apply("component: p\ncommand: [x]\n", ifVersion: 0);
        await Ask.RefusedAsync(StatusCode.FailedPrecondition, () => Apply("component: p\ncommand: [y]\n", ifVersion: 0));
    }

    [Fact]
    public async Task Instances_and_routes_are_watched()
    {
        await Apply("component: site\ncommand: [/bin/site]\nports: { http: auto }\nroutes: { site.example: http }\n");
        using var instances = Components.WatchInstances(new WatchInstancesRequest { Component = "site" }, Ask.InTime);
        using var routes = Routes.WatchRoutes(new WatchRoutesRequest(), Ask.InTime);
        Assert.True((await instances.NextAsync(1))[0].Synced);
        Assert.Empty(RouteOf((await routes.NextAsync(1))[0]).Targets);

        var state = Node.Session.Store.Read().State;
        var node = state.Nodes.Living.Single();
        var placed = await Commit(envelope => envelope.Decide = new Decide
        {
            Decisions =
            {
                new Decision
                {
                    Component = "site",
                    Action = "place",
                    NodeId = node.Id.Value,
                    Ports = { ["http"] = 21_000 },
                    Reason = "the only node",
                    ComponentVersion = 1,
                    NodeChanged = node.Changed.Value,
                },
            },
        });
        Assert.Empty(placed.Refused);
        var told = (await instances.NextAsync(1))[0].Instance;
        Assert.Equal(("site/0", "n1", "pending", "the only node", 21_000), (told.Id, told.Node, told.State, told.Reason, told.Ports["http"]));

        await Commit(envelope => envelope.RecordStatuses = new RecordStatuses
        {
            Nodes = { new NodeStatuses { NodeId = node.Id.Value, Statuses = { new StatusRecord { Component = "site", Generation = placed.Index, State = "healthy" } } } },
        });
        Assert.Equal("healthy", (await instances.NextAsync(1))[0].Instance.State);
        Assert.Equal(("site/0", 21_000), RouteOf((await routes.NextAsync(1))[0]).Targets.Select(target => (target.Instance, target.Port)).Single());
        Assert.Single(RouteOf(await Routes.ListRoutesAsync(new ListRoutesRequest(), Ask.InTime)).Targets);
    }

    private static Route RouteOf(ListRoutesReply reply) => reply.Routes.Single(route => route.Host == "site.example");

    private async Task<ApplyComponentsReply> Apply(string yaml, long? ifVersion = null)
    {
        var request = new ApplyComponentsRequest { Files = { new ComponentFile { Name = "test.yaml", Yaml = yaml } } };
        if (ifVersion is { } version)
        {
            request.IfVersion = version;
        }

        return await Components.ApplyComponentsAsync(request, Ask.InTime);
    }

    private Task<CommandReply> Commit(Action<CommandEnvelope> fill)
    {
        var envelope = RequestIds.Envelope("", new Actor("n1", -1, 0), "test");
        fill(envelope);
        return LeaderCalls.ProposeAsync(Node.Session, envelope);
    }
}
