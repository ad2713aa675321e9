using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>What goes wrong at the daemon or on the way to it, and the exit code that scripts rely on (design.md, section 9).</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(StatusCode.NotFound, 4)]
    [InlineData(StatusCode.Aborted, 5)]
    [InlineData(StatusCode.AlreadyExists, 5)]
    [InlineData(StatusCode.FailedPrecondition, 5)]
    [InlineData(StatusCode.InvalidArgument, 1)]
    [InlineData(StatusCode.PermissionDenied, 1)]
    [InlineData(StatusCode.Unimplemented, 1)]
    [InlineData(StatusCode.Internal, 1)]
    [InlineData(StatusCode.Unavailable, 3)]
    public async Task A_refusal_has_its_exit_code_and_prints_nothing_on_stdout(StatusCode code, int exit)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<GetVarRequest>(_ => throw FakeDaemon.Refusal(code, "Because of this."));
        var run = await CliRun.Of(daemon, "var", "get", "a", "--timeout", "2s");
        Assert.Equal((exit, ""), (run.ExitCode, run.Out.ToString()));
        Assert.StartsWith("error: ", run.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "", 3)]
    [InlineData(true, "", 3)]
    [InlineData(true, "n1", 1)]
    public async Task An_answer_that_does_not_come_is_for_want_of_a_leader_only_if_the_status_says_so(bool quorum, string leader, int exit)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.Hang<GetVarRequest>().On<StatusRequest>(_ => new StatusReply { State = "running", Quorum = quorum, Leader = leader });
        var run = await CliRun.Of(daemon, "var", "get", "a", "--timeout", "100ms");
        Assert.Equal(exit, run.ExitCode);
        Assert.Contains("no answer in time", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_daemon_runs_it_says_how_to_start_it()
    {
        using var folder = new TemporaryFolder();
        var run = await CliRun.Of(null, "status", "--socket", folder.In("none.sock"));
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("No daemon runs here", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("systemctl start pryvd", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_of_a_dead_daemon_is_told_from_none()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("dead.sock"), "");
        var run = await CliRun.Of(null, "var", "list", "--socket", folder.In("dead.sock"));
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("nobody listens", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_path_that_no_socket_can_have_is_wrong_usage()
    {
        var run = await CliRun.Of(null, "status", "--socket", "/tmp/" + new string('x', 200));
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
    }

    [Fact]
    public async Task A_fault_of_our_own_is_one_sentence()
    {
        await using var daemon = await FakeDaemon.Started();
        var run = await CliRun.Of(daemon, "node", "show", "n1");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal(2, run.Error.ToString().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task What_a_message_hides_is_made_visible()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<GetVarRequest>(_ => throw FakeDaemon.Refusal(StatusCode.NotFound, "no '\u001b[2Jx'"));
        var run = await CliRun.Of(daemon, "var", "get", "a");
        Assert.Contains("\\u001b[2J", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_waiting_command_with_130_and_no_complaint()
    {
        await using var daemon = await FakeDaemon.Started();
        using var stop = new CancellationTokenSource();
        daemon.OnStream<WatchEventsRequest>(async (_, write, cancelled) =>
        {
            await write(new Event { Position = "1:1:0", Kind = "k" });
            await Task.Delay(Timeout.Infinite, cancelled);
        });
        var run = new CliRun(daemon);
        var running = run.Go(["event", "watch"], stop.Token);
        await run.Out.Shows("1:1:0");
        await stop.CancelAsync();
        Assert.Equal((ExitCode.Interrupted, ""), (await running, run.Error.ToString()));
    }
}
