using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli;
using Pryvd.Cli.Calling;

namespace Pryvd.Tests.Cli;

/// <summary>Invariant 5: a retry carries the same request id, so that it counts once.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, null)]
    [InlineData(StatusCode.Aborted, 1)]
    public async Task A_write_is_tried_again_under_the_same_id(StatusCode code, int? pushback)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<SetVarsRequest>(_ => daemon.Of<SetVarsRequest>().Count < 3
            ? throw FakeDaemon.Refusal(code, "No leader just now.", pushback)
            : new WriteReply { Index = 7, Versions = { 1 } });
        var run = await CliRun.Of(daemon, "var", "set", "a=1");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(["id-1", "id-1", "id-1"], daemon.Of<SetVarsRequest>().Select(request => request.RequestId));
        Assert.Single(daemon.Of<NewRequestIdRequest>());
    }

    [Theory]
    [InlineData(StatusCode.Aborted, null, 5)]
    [InlineData(StatusCode.FailedPrecondition, null, 5)]
    [InlineData(StatusCode.Unavailable, -1, 3)]
    public async Task What_is_final_is_not_tried_again(StatusCode code, int? pushback, int exit)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<SetVarsRequest>(_ => throw FakeDaemon.Refusal(code, "Final.", pushback));
        var run = await CliRun.Of(daemon, "var", "set", "a=1");
        Assert.Equal(exit, run.ExitCode);
        Assert.Single(daemon.Of<SetVarsRequest>());
    }

    [Fact]
    public async Task Without_a_leader_it_tries_until_the_time_is_over_and_tells_the_last_reason()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<SetVarsRequest>(_ => throw FakeDaemon.Refusal(StatusCode.Unavailable, "There is no quorum."));
        var run = await CliRun.Of(daemon, "var", "set", "a=1", "--timeout", "2s");
        Assert.Equal(ExitCode.NoLeader, run.ExitCode);
        Assert.Contains("There is no quorum.", run.Error.ToString(), StringComparison.Ordinal);
        Assert.InRange(daemon.Of<SetVarsRequest>().Count, 2, 10);
    }

    [Fact]
    public async Task A_write_survives_a_restart_of_the_daemon()
    {
        await using var daemon = await FakeDaemon.Started();
        var arrived = new TaskCompletionSource();
        daemon.On<SetVarsRequest>(_ =>
        {
            arrived.TrySetResult();
            return daemon.Of<SetVarsRequest>().Count == 1 ? throw FakeDaemon.Refusal(StatusCode.Unavailable, "Stopping.", 200) : new WriteReply { Index = 1 };
        });
        var run = new CliRun(daemon);
        var running = run.Go(["var", "set", "a=1", "--timeout", "20s"]);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await daemon.Crash();
        await daemon.Start();
        Assert.Equal(ExitCode.Done, await running);
        Assert.Equal(["id-1"], daemon.Of<SetVarsRequest>().Select(request => request.RequestId).Distinct());
    }

    [Fact]
    public void Waits_double_up_to_a_second_and_are_spread()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(25), Backoff.Delay(0, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(50), Backoff.Delay(0, 1));
        Assert.Equal(TimeSpan.FromMilliseconds(400), Backoff.Delay(3, 1));
        Assert.Equal(TimeSpan.FromSeconds(1), Backoff.Delay(int.MaxValue, 1));
    }
}
