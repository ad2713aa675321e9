using Grpc.Core;
using Pryv.V1;
using Pryvd.Api;

namespace Pryvd.Tests.Api;

/// <summary>Requirement M4: variables over the socket, every method, good and bad; invariants 5 and 10.</summary>
public sealed class VarServiceTests(OneNode cluster) : IClassFixture<OneNode>
{
    private TestNode Node => cluster.Node;

    [Fact]
    public async Task What_is_set_is_read_with_who_and_when()
    {
        var reply = await Node.Vars.SetVarsAsync(Ask.Set("", "a.port", " 8080 "), Ask.InTime);
        var got = await Node.Vars.GetVarAsync(new GetVarRequest { Key = "a.port" }, Ask.InTime);

        Assert.Equal([1], reply.Versions);
        Assert.Equal(("cluster", "8080", 1, reply.Index), (got.Var.Scope, got.Var.Json, got.Var.Version, got.Var.Index));
        Assert.Equal($"{Pryvd.Hosting.Libc.EffectiveUser()}@n1", got.Var.Actor);
        Assert.True(got.Info.AppliedIndex >= reply.Index);
        Assert.False(got.Info.Stale);
    }

    [Fact]
    public async Task A_stale_read_says_how_stale_it_is()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("", "stale", "1"), Ask.InTime);
        var got = await Node.Vars.GetVarAsync(new GetVarRequest { Key = "stale", Mode = new ReadMode { Stale = true } }, Ask.InTime);
        Assert.True(got.Info.Stale);
        Assert.Equal(0, got.Info.AgeMs);
    }

    [Fact]
    public async Task All_of_a_request_are_set_or_none_is()
    {
        var request = new SetVarsRequest
        {
            Scope = "group/db",
            Vars = { new VarAssignment { Key = "all.a", Json = "1" }, new VarAssignment { Key = "all.b", Json = "2", IfVersion = 7, Scope = "node/x" } },
        };
        await Ask.RefusedAsync(StatusCode.FailedPrecondition, async () => await Node.Vars.SetVarsAsync(request, Ask.InTime));
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Vars.GetVarAsync(new GetVarRequest { Scope = "group/db", Key = "all.a" }, Ask.InTime));

        request.Vars[1].IfVersion = 0;
        Assert.Equal([1, 1], (await Node.Vars.SetVarsAsync(request, Ask.InTime)).Versions);
        Assert.Equal("2", (await Node.Vars.GetVarAsync(new GetVarRequest { Scope = "node/x", Key = "all.b" }, Ask.InTime)).Var.Json);
    }

    [Fact]
    public async Task A_retry_with_the_same_request_id_counts_once()
    {
        var request = Ask.Set("", "once", "1", ifVersion: 0);
        request.RequestId = RequestIds.New(Node.Session.Store.Applied).ToString();
        var first = await Node.Vars.SetVarsAsync(request, Ask.InTime);
        var again = await Node.Vars.SetVarsAsync(request, Ask.InTime);

        Assert.Equal(first, again);
        Assert.Equal(1, (await Node.Vars.GetVarAsync(new GetVarRequest { Key = "once" }, Ask.InTime)).Var.Version);
    }

    [Fact]
    public async Task A_malformed_request_id_is_refused()
    {
        var request = Ask.Set("", "id", "1");
        request.RequestId = "mine";
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(request, Ask.InTime));
    }

    [Theory]
    [InlineData("planet/earth", "k", "1")]
    [InlineData("group/", "k", "1")]
    [InlineData("", "", "1")]
    [InlineData("", "no spaces", "1")]
    [InlineData("", "k", "")]
    [InlineData("", "k", "{\"open\":")]
    [InlineData("", "k", "text")]
    [InlineData("", "pryvd.unknown", "1")]
    [InlineData("", "pryvd.voters", "4")]
    [InlineData("node/n1", "pryvd.voters", "3")]
    public async Task A_bad_name_or_value_is_refused_secret_or_not(string scope, string key, string json)
    {
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(Ask.Set(scope, key, json), Ask.InTime));
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(Ask.Set(scope, key, json, secret: true), Ask.InTime));
    }

    [Fact]
    public async Task Nothing_twice_and_negative_versions_are_refused()
    {
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(new SetVarsRequest(), Ask.InTime));
        var twice = new SetVarsRequest { Vars = { new VarAssignment { Key = "t", Json = "1" }, new VarAssignment { Key = "t", Json = "2", Scope = "cluster" } } };
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(twice, Ask.InTime));
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(Ask.Set("", "t", "1", ifVersion: -1), Ask.InTime));
    }

    [Fact]
    public async Task A_value_is_taken_up_to_its_bound_and_no_further()
    {
        var applied = Node.Session.Store.Digest.Hex;
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(Ask.Set("", "big", Text((1 << 20) + 1)), Ask.InTime));
        await Ask.RefusedAsync(StatusCode.ResourceExhausted, async () => await Node.Vars.SetVarsAsync(Ask.Set("", "big", Text(10_000_000)), Ask.InTime));
        var many = new SetVarsRequest { Vars = { Enumerable.Range(0, 5).Select(i => new VarAssignment { Key = "big" + i, Json = Text(1_000_000) }) } };
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.SetVarsAsync(many, Ask.InTime));
        Assert.Equal(applied, Node.Session.Store.Digest.Hex);

        await Node.Vars.SetVarsAsync(Ask.Set("", "big", Text(1 << 20)), Ask.InTime);
        Assert.Equal(1 << 20, (await Node.Vars.GetVarAsync(new GetVarRequest { Key = "big" }, Ask.InTime)).Var.Json.Length);
        await Node.Vars.DeleteVarAsync(new DeleteVarRequest { Key = "big" }, Ask.InTime);
    }

    [Fact]
    public async Task History_goes_back_from_the_deletion_to_the_first_version()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("component/web", "h", "1"), Ask.InTime);
        await Node.Vars.SetVarsAsync(Ask.Set("component/web", "h", "2"), Ask.InTime);
        await Ask.RefusedAsync(StatusCode.FailedPrecondition, async () => await Node.Vars.DeleteVarAsync(new DeleteVarRequest { Scope = "component/web", Key = "h", IfVersion = 1 }, Ask.InTime));
        Assert.Equal([3], (await Node.Vars.DeleteVarAsync(new DeleteVarRequest { Scope = "component/web", Key = "h", IfVersion = 2 }, Ask.InTime)).Versions);

        var history = await Node.Vars.GetVarHistoryAsync(new GetVarHistoryRequest { Scope = "component/web", Key = "h" }, Ask.InTime);
        Assert.Equal([(3L, true, ""), (2L, false, "2"), (1L, false, "1")], history.Versions.Select(v => (v.Var.Version, v.Deleted, v.Var.Json)));
        Assert.Equal(0, history.LeftOut);
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Vars.GetVarAsync(new GetVarRequest { Scope = "component/web", Key = "h" }, Ask.InTime));
    }

    [Fact]
    public async Task A_history_of_large_values_leaves_the_oldest_out_and_says_so()
    {
        for (var i = 0; i < 6; i++)
        {
            await Node.Vars.SetVarsAsync(Ask.Set("component/large", "h", Text(900_000 + i)), Ask.InTime);
        }

        var history = await Node.Vars.GetVarHistoryAsync(new GetVarHistoryRequest { Scope = "component/large", Key = "h" }, Ask.InTime);
        Assert.Equal([6, 5, 4, 3], history.Versions.Select(version => version.Var.Version));
        Assert.Equal(2, history.LeftOut);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Vars.GetVarAsync(new GetVarRequest { Key = "nowhere" }, Ask.InTime));
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Vars.DeleteVarAsync(new DeleteVarRequest { Key = "nowhere" }, Ask.InTime));
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Vars.GetVarHistoryAsync(new GetVarHistoryRequest { Key = "nowhere" }, Ask.InTime));
        await Ask.RefusedAsync(StatusCode.NotFound, async () => await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest { Node = "nowhere" }, Ask.InTime));
    }

    [Fact]
    public async Task Pages_hold_each_variable_once_and_stay_within_a_message()
    {
        for (var i = 0; i < 7; i++)
        {
            await Node.Vars.SetVarsAsync(Ask.Set("group/pages", $"p{i}", Text(i < 2 ? 10 : 900_000)), Ask.InTime);
        }

        var keys = new List<string>();
        var request = new ListVarsRequest { Scope = "group/pages", Prefix = "p" };
        var pages = 0;
        do
        {
            var page = await Node.Vars.ListVarsAsync(request, Ask.InTime);
            keys.AddRange(page.Vars.Select(item => item.Key));
            request.PageToken = page.NextPageToken;
            pages++;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"p{i}"), keys);
        Assert.Equal(2, pages);
        Assert.Equal(["p0"], (await Node.Vars.ListVarsAsync(new ListVarsRequest { Scope = "group/pages", PageSize = 1 }, Ask.InTime)).Vars.Select(v => v.Key));
    }

    [Theory]
    [InlineData("cluster", "", -1)]
    [InlineData("cluster", "", 10_001)]
    [InlineData("cluster", "not a token", 0)]
    [InlineData("planet/earth", "", 0)]
    public async Task A_page_that_cannot_be_is_refused(string scope, string token, int size) =>
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () =>
            await Node.Vars.ListVarsAsync(new ListVarsRequest { Scope = scope, PageToken = token, PageSize = size }, Ask.InTime));

    [Fact]
    public async Task Resolving_shows_what_wins_and_what_it_hides()
    {
        foreach (var scope in new[] { "cluster", "node/n1", "component/api" })
        {
            await Node.Vars.SetVarsAsync(Ask.Set(scope, "resolved", $"\"{scope}\""), Ask.InTime);
        }

        var reply = await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest { Node = "n1", Component = "api" }, Ask.InTime);
        var one = reply.Vars.Single(item => item.Var.Key == "resolved");
        Assert.Equal("component/api", one.Var.Scope);
        Assert.Equal(["node/n1", "cluster"], one.Hidden.Select(item => item.Scope));

        var byId = await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest { Node = Node.Session.NodeId }, Ask.InTime);
        Assert.Equal("node/n1", byId.Vars.Single(item => item.Var.Key == "resolved").Var.Scope);
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest(), Ask.InTime));
    }

    /// <summary>JSON text of so many bytes.</summary>
    private static string Text(int bytes) => $"\"{new string('x', bytes - 2)}\"";
}
