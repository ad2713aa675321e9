using Grpc.Core;
using Pryv.V1;

namespace Pryvd.Tests.Api;

/// <summary>Requirement O6: events are followable from any position, without gap or repeat.</summary>
public sealed class EventServiceTests(OneNode cluster) : IClassFixture<OneNode>
{
    private const string Nothing = "0:0:0";

    private TestNode Node => cluster.Node;

    [Fact]
    public async Task An_event_says_what_changed_when_by_whom_and_why()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("", "e.one", "1"), Ask.InTime);
        var write = await Node.Vars.SetVarsAsync(Ask.Set("", "e.one", "2"), Ask.InTime);
        var list = await Node.Events.ListEventsAsync(new ListEventsRequest { Subject = "var/cluster/e.one" }, Ask.InTime);

        Assert.Equal(2, list.Events.Count);
        var last = list.Events[1];
        Assert.Equal((write.Index, "var.set", "1", "2", "var set"), (last.Index, last.Kind, last.Old, last.New, last.Cause));
        Assert.Equal($"{Pryvd.Hosting.Libc.EffectiveUser()}@n1", last.Actor);
        Assert.Equal($"1:{write.Index}:1", last.Position);
    }

    [Fact]
    public async Task Lists_go_on_from_a_position_and_begin_with_the_newest()
    {
        for (var i = 0; i < 5; i++)
        {
            await Node.Vars.SetVarsAsync(Ask.Set("", "e.list", $"{i}"), Ask.InTime);
        }

        const string subject = "var/cluster/e.list";
        var newest = await Node.Events.ListEventsAsync(new ListEventsRequest { Subject = subject, Limit = 2 }, Ask.InTime);
        Assert.Equal(["3", "4"], newest.Events.Select(item => item.New));
        var oldest = await Node.Events.ListEventsAsync(new ListEventsRequest { Subject = subject, Limit = 2, Since = Nothing }, Ask.InTime);
        Assert.Equal(["0", "1"], oldest.Events.Select(item => item.New));
        var next = await Node.Events.ListEventsAsync(new ListEventsRequest { Subject = subject, Since = oldest.Events[1].Position }, Ask.InTime);
        Assert.Equal(["2", "3", "4"], next.Events.Select(item => item.New));
    }

    [Theory]
    [InlineData("yesterday", 0)]
    [InlineData("1:2", 0)]
    [InlineData("1:-2:3", 0)]
    [InlineData("", -1)]
    [InlineData("", 1_001)]
    public async Task A_malformed_position_or_limit_is_refused(string since, int limit)
    {
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Events.ListEventsAsync(new ListEventsRequest { Since = since, Limit = limit }, Ask.InTime));
        if (since.Length > 0)
        {
            await Ask.RefusedAsync(StatusCode.InvalidArgument, () => EndAsync(Node.Events.WatchEvents(new WatchEventsRequest { Since = since }, Ask.InTime)));
            await Ask.RefusedAsync(StatusCode.InvalidArgument, () => EndAsync(Node.Vars.WatchVars(new WatchVarsRequest { Since = since }, Ask.InTime)));
        }
    }

    [Fact]
    public async Task A_watch_from_now_on_sees_what_comes_after_it_began_and_nothing_before()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("", "e.now", "1"), Ask.InTime);
        using var watch = Node.Events.WatchEvents(new WatchEventsRequest { Subject = "var/cluster/e.now" }, Ask.InTime);
        await watch.ResponseHeadersAsync.WaitAsync(Within.Patience);
        await Node.Vars.SetVarsAsync(Ask.Set("", "e.now", "2"), Ask.InTime);
        Assert.Equal("2", (await watch.NextAsync(1))[0].New);
    }

    [Fact]
    public async Task Watches_under_concurrent_writes_see_every_event_once_and_in_order()
    {
        const int writers = 8;
        const int each = 40;
        var start = Node.Session.Store.Read().Now.ToString();
        var request = new WatchEventsRequest { Subject = "var/group/busy/", Since = start };
        var watches = Enumerable.Range(0, 4).Select(_ => Node.Events.WatchEvents(request, Ask.InTime)).ToList();
        var seen = watches.Select(watch => watch.NextAsync(writers * each)).ToList();
        var writing = Enumerable.Range(0, writers).Select(async writer =>
        {
            for (var i = 0; i < each; i++)
            {
                await Node.Vars.SetVarsAsync(Ask.Set("group/busy", $"w{writer}", $"{i}"), Ask.InTime);
            }
        });
        await Task.WhenAll(writing);

        var truth = await Node.Events.ListEventsAsync(new ListEventsRequest { Subject = request.Subject, Since = start, Limit = 1_000 }, Ask.InTime);
        Assert.Equal(writers * each, truth.Events.Count);
        foreach (var events in await Task.WhenAll(seen))
        {
            Assert.Equal(truth.Events, events);
        }

        watches.ForEach(watch => watch.Dispose());
    }

    [Fact]
    public async Task A_watch_that_goes_on_from_any_position_has_no_gap_and_no_repeat()
    {
        var several = new SetVarsRequest { Scope = "group/resume", Vars = { Enumerable.Range(0, 5).Select(i => new VarAssignment { Key = $"k{i}", Json = "1" }) } };
        for (var i = 0; i < 3; i++)
        {
            await Node.Vars.SetVarsAsync(several, Ask.InTime);
        }

        var all = (await Node.Events.ListEventsAsync(new ListEventsRequest { Subject = "var/group/resume/", Since = Nothing }, Ask.InTime)).Events;
        Assert.Equal(15, all.Count);
        for (var from = 0; from < all.Count - 1; from++)
        {
            using var watch = Node.Events.WatchEvents(new WatchEventsRequest { Subject = "var/group/resume/", Since = all[from].Position }, Ask.InTime);
            Assert.Equal(all.Skip(from + 1), await watch.NextAsync(all.Count - from - 1));
        }
    }

    [Fact]
    public async Task A_position_that_this_node_has_not_reached_is_waited_for()
    {
        var applied = Node.Session.Store.Applied.Value;
        using var watch = Node.Events.WatchEvents(new WatchEventsRequest { Since = $"1:{applied + 3}:{int.MaxValue}", Subject = "var/group/later/" }, Ask.InTime);
        await watch.ResponseHeadersAsync.WaitAsync(Within.Patience);
        var indexes = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            indexes.Add((await Node.Vars.SetVarsAsync(Ask.Set("group/later", "k", $"{i}"), Ask.InTime)).Index);
        }

        var expected = indexes.Where(index => index > applied + 3).ToList();
        Assert.Equal(expected, (await watch.NextAsync(expected.Count)).Select(item => item.Index));
    }

    [Fact]
    public async Task Large_events_are_cut_to_what_a_message_holds_at_either_end()
    {
        for (var i = 0; i < 800; i += 100)
        {
            var set = new SetVarsRequest { Scope = "group/wide", Vars = { Enumerable.Range(i, 100).Select(k => new VarAssignment { Key = $"k{k:D3}", Json = $"\"{new string('x', 4_000)}\"" }) } };
            await Node.Vars.SetVarsAsync(set, Ask.InTime);
            await Node.Vars.SetVarsAsync(set, Ask.InTime);
        }

        var request = new ListEventsRequest { Subject = "var/group/wide/", Limit = 1_000 };
        var newest = await Node.Events.ListEventsAsync(request, Ask.InTime);
        Assert.InRange(newest.Events.Count, 300, 999);
        Assert.Equal("var/group/wide/k799", newest.Events[^1].Subject);
        request.Since = Nothing;
        var oldest = await Node.Events.ListEventsAsync(request, Ask.InTime);
        Assert.InRange(oldest.Events.Count, 300, 999);
        Assert.Equal("var/group/wide/k000", oldest.Events[0].Subject);
    }

    internal static async Task EndAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Within.Patience))
            {
            }
        }
    }
}
