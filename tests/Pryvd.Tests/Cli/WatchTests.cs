using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli;

namespace Pryvd.Tests.Cli;

/// <summary>O6, V5: what is followed goes on from where it was, without gap or repeat.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task Events_go_on_from_the_last_position_through_a_crash_of_the_daemon()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<WatchEventsRequest>(EventsAfter);
        using var stop = new CancellationTokenSource();
        var run = new CliRun(daemon);
        var running = run.Go(["event", "watch", "--since", "1:1:0", "-o", "json"], stop.Token);
        await run.Out.Shows("1:2:0");
        await daemon.Crash();
        await run.Error.Shows("the watch was cut");
        await daemon.Start();
        await run.Out.Shows("1:3:0");
        await run.Error.Shows("the daemon is back");
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Equal(["1:1:0", "1:2:0"], daemon.Of<WatchEventsRequest>().Select(request => request.Since));
        Assert.Equal(2, run.Out.ToString().TrimEnd().Split('\n').Length);
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Aborted)]
    public async Task A_reader_that_was_cut_off_for_being_slow_goes_on_from_its_position(StatusCode code)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<WatchEventsRequest>(async (request, write, stop) =>
        {
            await write(new Event { Position = request.Since == "1:1:0" ? "1:2:0" : "1:3:0" });
            if (request.Since == "1:1:0")
            {
                throw FakeDaemon.Refusal(code, "Too slow.");
            }

            await Task.Delay(Timeout.Infinite, stop);
        });
        using var stop = new CancellationTokenSource();
        var run = new CliRun(daemon);
        var running = run.Go(["event", "watch", "--since", "1:1:0"], stop.Token);
        await run.Out.Shows("1:3:0");
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running);
    }

    [Fact]
    public async Task From_now_on_begins_after_the_newest_event()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<ListEventsRequest>(_ => new ListEventsReply { Events = { new Event { Position = "2:9:1" } } });
        daemon.OnStream<WatchEventsRequest>((_, _, _) => throw FakeDaemon.Refusal(StatusCode.OutOfRange, "Gone."));
        var run = await CliRun.Of(daemon, "event", "watch");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("2:9:1", Assert.Single(daemon.Of<WatchEventsRequest>()).Since);
    }

    [Fact]
    public async Task A_daemon_that_stays_away_for_longer_than_the_timeout_ends_the_watch()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<WatchEventsRequest>(EventsAfter);
        var run = new CliRun(daemon);
        var running = run.Go(["event", "watch", "--since", "1:1:0", "--timeout", "300ms"]);
        await run.Out.Shows("1:2:0");
        await daemon.Crash();
        Assert.Equal(ExitCode.Failed, await running);
        Assert.Contains("No daemon runs here", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_break_before_all_nodes_have_come_begins_anew_and_one_after_that_goes_on()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<WatchNodesRequest>(async (_, write, stop) =>
        {
            var opened = daemon.Of<WatchNodesRequest>().Count;
            await write(new NodeChange { Node = new Node { Name = $"n{opened}", State = "ready" }, Position = opened == 1 ? "" : $"1:{opened}:0" });
            await Task.Delay(opened < 3 ? 0 : Timeout.Infinite, stop);
        });
        using var stop = new CancellationTokenSource();
        var run = new CliRun(daemon);
        var running = run.Go(["node", "watch"], stop.Token);
        await run.Out.Shows("n3");
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Equal(["", "", "1:2:0"], daemon.Of<WatchNodesRequest>().Select(request => request.Since));
    }

    [Fact]
    public async Task Variables_are_printed_as_lines_of_json_with_where_to_go_on()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<WatchVarsRequest>(async (request, write, stop) =>
        {
            Assert.Equal(("group/eu", "p"), (request.Scope, request.Prefix));
            await write(new VarChange { Var = new Var { Key = "p1", Scope = "group/eu", Json = "[1]", Version = 2 }, Position = "1:5:0" });
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var stop = new CancellationTokenSource();
        var run = new CliRun(daemon);
        var running = run.Go(["var", "watch", "--scope", "group/eu", "--prefix", "p", "-o", "json"], stop.Token);
        await run.Out.Shows("\n");
        await stop.CancelAsync();
        await running;
        Assert.StartsWith("{\"key\":\"p1\",\"value\":[1],\"scope\":\"group/eu\",\"version\":2,", run.Out.ToString(), StringComparison.Ordinal);
    }

    private static async Task EventsAfter(WatchEventsRequest request, Func<Google.Protobuf.IMessage, Task> write, CancellationToken stop)
    {
        var last = int.Parse(request.Since.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        await write(new Event { Position = $"1:{last + 1}:0", Kind = "var.set", Subject = "var/cluster/a" });
        await Task.Delay(Timeout.Infinite, stop);
    }
}
