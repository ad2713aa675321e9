using Grpc.Core;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Model;

namespace Pryvd.Tests.Api;

/// <summary>Invariant 10: watches are bounded, and whoever is cut off is told where to go on. Each test has a cluster of its own.</summary>
public sealed class WatchTests
{
    private static readonly WatchLimits Short = new(3, TimeSpan.FromMilliseconds(300));

    [Fact]
    public async Task A_slow_reader_is_cut_off_with_its_position_and_nothing_else_suffers()
    {
        const int count = 2_000;
        await using var node = await TestNode.InitAsync(Short);
        using var own = node.NewChannel();
        using var slow = new Events.EventsClient(own).WatchEvents(new WatchEventsRequest { Since = "0:0:0", Subject = "var/cluster/k" }, Ask.InTime);
        await slow.ResponseHeadersAsync.WaitAsync(Within.Patience);
        using var quick = node.Events.WatchEvents(new WatchEventsRequest { Since = "0:0:0", Subject = "var/cluster/k" }, Ask.InTime);
        var quickly = quick.NextAsync(count);
        await WriteAsync(node, count);

        var all = await quickly;
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"var/cluster/k{i:D4}"), all.Select(item => item.Subject));
        await Within.UntilAsync(() => node.Log.Lines.Any(line => line.Contains("The reader took nothing", StringComparison.Ordinal)));
        var read = new List<Pryv.V1.Event>();
        var end = await Ask.RefusedAsync(StatusCode.ResourceExhausted, async () => await ReadAsync(slow, read));
        var resume = end.Trailers.GetValue(PatientWriter<Pryv.V1.Event>.ResumeTrailer)!;
        Assert.InRange(read.Count, 1, count - 1);
        Assert.Equal(read[^1].Position, resume);
        Assert.Contains(resume, end.Status.Detail, StringComparison.Ordinal);

        using var again = node.Events.WatchEvents(new WatchEventsRequest { Since = resume, Subject = "var/cluster/k" }, Ask.InTime);
        read.AddRange(await again.NextAsync(count - read.Count));
        Assert.Equal(all, read);
    }

    [Fact]
    public async Task A_position_whose_events_are_forgotten_is_refused_with_the_oldest_kept()
    {
        await using var node = await TestNode.InitAsync();
        await node.Vars.SetVarsAsync(Ask.Set("", "pryvd.events.max_count", "10"), Ask.InTime);
        for (var i = 0; i < 40; i++)
        {
            await node.Vars.SetVarsAsync(Ask.Set("", "k", $"{i}"), Ask.InTime);
        }

        var oldest = node.Session.Store.Read().OldestEvent()!.ToString()!;

        foreach (var watch in new Func<Task>[]
        {
            () => EventServiceTests.EndAsync(node.Events.WatchEvents(new WatchEventsRequest { Since = "0:0:0" }, Ask.InTime)),
            () => EventServiceTests.EndAsync(node.Vars.WatchVars(new WatchVarsRequest { Since = "1:3:1" }, Ask.InTime)),
            () => EventServiceTests.EndAsync(node.Nodes.WatchNodes(new WatchNodesRequest { Since = "1:3:1" }, Ask.InTime)),
            async () => await node.Events.ListEventsAsync(new ListEventsRequest { Since = "0:0:0" }, Ask.InTime),
        })
        {
            Assert.Contains(oldest, (await Ask.RefusedAsync(StatusCode.OutOfRange, watch)).Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task More_watches_than_the_bound_are_refused_until_one_ends()
    {
        await using var node = await TestNode.InitAsync(Short);
        var open = Enumerable.Range(0, Short.AtOnce).Select(_ => node.Events.WatchEvents(new WatchEventsRequest(), Ask.InTime)).ToList();
        await Task.WhenAll(open.Select(watch => watch.ResponseHeadersAsync)).WaitAsync(Within.Patience);
        await Ask.RefusedAsync(StatusCode.ResourceExhausted, () => EventServiceTests.EndAsync(node.Nodes.WatchNodes(new WatchNodesRequest(), Ask.InTime)));

        open[0].Dispose();
        await UntilServedAsync(node);
        open.ForEach(watch => watch.Dispose());
    }

    [Fact]
    public async Task Watches_end_with_the_session_and_say_so()
    {
        await using var node = await TestNode.InitAsync();
        using var watch = node.Events.WatchEvents(new WatchEventsRequest(), Ask.InTime);
        await watch.ResponseHeadersAsync.WaitAsync(Within.Patience);
        await node.Host.RetireAsync(node.Session, "tried by a test");
        await Ask.RefusedAsync(StatusCode.Unavailable, () => EventServiceTests.EndAsync(watch));
        await Ask.RefusedAsync(StatusCode.FailedPrecondition, () => EventServiceTests.EndAsync(node.Events.WatchEvents(new WatchEventsRequest(), Ask.InTime)));
    }

    [Fact]
    public async Task A_node_in_no_cluster_says_so()
    {
        await using var node = await TestNode.StartAsync("alone");
        foreach (var call in new Func<Task>[]
        {
            async () => await node.Vars.SetVarsAsync(Ask.Set("", "k", "1"), Ask.InTime),
            async () => await node.Vars.GetVarAsync(new GetVarRequest { Key = "k", Mode = new ReadMode { Stale = true } }, Ask.InTime),
            async () => await node.Nodes.ListNodesAsync(new ListNodesRequest(), Ask.InTime),
            async () => await node.Tokens.CreateTokenAsync(new CreateTokenRequest(), Ask.InTime),
            () => EventServiceTests.EndAsync(node.Events.WatchEvents(new WatchEventsRequest(), Ask.InTime)),
            () => EventServiceTests.EndAsync(node.Snapshots.SaveSnapshot(new SaveSnapshotRequest(), Ask.InTime)),
        })
        {
            Assert.Contains("pryvd init", (await Ask.RefusedAsync(StatusCode.FailedPrecondition, call)).Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_variable_watch_begins_with_all_and_goes_on_with_each_change()
    {
        await using var node = await TestNode.InitAsync();
        await node.Vars.SetVarsAsync(new SetVarsRequest { Vars = { new VarAssignment { Key = "a/x", Json = "1" }, new VarAssignment { Key = "a/y", Json = "2", Scope = "group/g" }, new VarAssignment { Key = "b", Json = "3" } } }, Ask.InTime);
        using var watch = node.Vars.WatchVars(new WatchVarsRequest { Prefix = "a" }, Ask.InTime);
        var first = await watch.NextAsync(2);
        Assert.Equal([("cluster", "a/x"), ("group/g", "a/y")], first.Select(change => (change.Var.Scope, change.Var.Key)));
        Assert.Empty(first[0].Position);

        await node.Vars.SetVarsAsync(Ask.Set("", "b", "4"), Ask.InTime);
        await node.Vars.SetVarsAsync(Ask.Set("", "a/x", "5"), Ask.InTime);
        await node.Vars.DeleteVarAsync(new DeleteVarRequest { Scope = "group/g", Key = "a/y" }, Ask.InTime);
        var next = await watch.NextAsync(2);
        Assert.Equal([("a/x", "5", false), ("a/y", "", true)], next.Select(change => (change.Var.Key, change.Var.Json, change.Deleted)));

        using var resumed = node.Vars.WatchVars(new WatchVarsRequest { Prefix = "a", Since = first[1].Position }, Ask.InTime);
        Assert.Equal(next, await resumed.NextAsync(2));
        using var scoped = node.Vars.WatchVars(new WatchVarsRequest { Scope = "cluster", Prefix = "a", Since = next[0].Position }, Ask.InTime);
        await node.Vars.SetVarsAsync(Ask.Set("", "a/z", "6"), Ask.InTime);
        Assert.Equal("a/z", (await scoped.NextAsync(1))[0].Var.Key);
    }

    [Fact]
    public async Task Variable_watches_under_concurrent_writes_end_with_what_is_there()
    {
        await using var node = await TestNode.InitAsync();
        using var watch = node.Vars.WatchVars(new WatchVarsRequest { Scope = "group/busy" }, Ask.InTime);
        await watch.ResponseHeadersAsync.WaitAsync(Within.Patience);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var i = 1; i <= 30; i++)
            {
                await node.Vars.SetVarsAsync(Ask.Set("group/busy", $"k{(writer + i) % 4}", $"{i}"), Ask.InTime);
            }
        }));

        var truth = node.Session.Store.Read().State.Vars.InScope(VarScope.OfGroup("busy")).ToDictionary(item => item.Name.Key, item => item.Version);
        var versions = new Dictionary<string, long>();
        while (truth.Any(item => versions.GetValueOrDefault(item.Key) < item.Value))
        {
            var change = (await watch.NextAsync(1))[0];
            Assert.True(versions.GetValueOrDefault(change.Var.Key) < change.Var.Version, "a version was repeated or went back");
            versions[change.Var.Key] = change.Var.Version;
        }

        Assert.Equal(truth, versions);
    }

    private static async Task WriteAsync(TestNode node, int count)
    {
        var value = $"\"{new string('x', 4_000)}\"";
        foreach (var keys in Enumerable.Range(0, count).Chunk(100))
        {
            var request = new SetVarsRequest { Vars = { keys.Select(i => new VarAssignment { Key = $"k{i:D4}", Json = value }) } };
            await node.Vars.SetVarsAsync(request, Ask.InTime);
        }
    }

    private static async Task ReadAsync(AsyncServerStreamingCall<Pryv.V1.Event> call, List<Pryv.V1.Event> into)
    {
        while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Within.Patience))
        {
            into.Add(call.ResponseStream.Current);
        }
    }

    private static async Task UntilServedAsync(TestNode node)
    {
        using var deadline = new CancellationTokenSource(Within.Patience);
        while (true)
        {
            using var watch = node.Nodes.WatchNodes(new WatchNodesRequest(), Ask.InTime);
            try
            {
                Assert.True(await watch.ResponseStream.MoveNext(deadline.Token));
                return;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted && !deadline.IsCancellationRequested)
            {
                // The end of the other one has not come through yet.
                await Task.Yield();
            }
        }
    }
}
