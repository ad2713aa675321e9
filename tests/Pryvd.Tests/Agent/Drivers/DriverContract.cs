using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Drivers;

/// <summary>What every driver does, shown with real processes (R1, R8, H4).</summary>
public abstract class DriverContract : IAsyncLifetime
{
    private static readonly InstanceId _other = new("other", 3);

    private DriverLab? _lab;

    protected DriverLab Lab => _lab!;

    protected abstract DriverLab NewLab();

    public Task InitializeAsync()
    {
        _lab = NewLab();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Lab.DisposeAsync();

    [Fact]
    public async Task Starts_what_was_ordered_and_lists_it()
    {
        var order = Lab.Shell("echo $$ > pid; exec sleep 100");
        var started = await Lab.StartAsync(order);

        Assert.Equal(started, await Lab.FindAsync(order));
        Assert.Equal((order.Generation, order.SpecVersion, order.Restart), (started.Generation, started.SpecVersion, started.Restart));
        Assert.Null(started.End);
        Assert.Equal(await Lab.PidWritten("pid"), started.Pid);
        Assert.InRange(started.StartedBootMs, DriverLab.BootMs() - 30_000, DriverLab.BootMs());
    }

    [Fact]
    public async Task A_start_that_comes_again_starts_nothing()
    {
        var order = Lab.Shell("echo started >> starts; exec sleep 100");
        var first = await Lab.StartAsync(order);
        var again = await Lab.StartAsync(order);

        Assert.Equal(first, again);
        Assert.Equal("started", await Lab.Written("starts"));
    }

    [Fact]
    public async Task A_second_run_of_a_living_instance_is_refused()
    {
        var first = Lab.Shell("exec sleep 100");
        var second = Lab.Shell("exec sleep 100");
        await Lab.StartAsync(first);

        await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(second));
        Assert.Null(await Lab.FindAsync(second));
        Assert.Null((await Lab.FindAsync(first))!.End);
    }

    [Fact]
    public async Task An_older_run_than_one_known_is_refused()
    {
        var older = Lab.Shell("exec sleep 100");
        var newer = Lab.Shell("exit 0");
        await Lab.StartAsync(newer);
        await Lab.EndOf(newer);

        await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(older));
    }

    [Fact]
    public async Task Two_instances_run_side_by_side()
    {
        var one = Lab.Shell("exec sleep 100");
        var two = Lab.Shell("exec sleep 100", _other);
        await Lab.StartAsync(one);
        await Lab.StartAsync(two);

        Assert.Equal(2, (await Lab.Driver.ListAsync(CancellationToken.None)).Count(i => i.End is null));
    }

    [Fact]
    public async Task A_program_gets_its_folder_and_nothing_but_its_environment()
    {
        var order = Lab.Shell("pwd > folder; env | sort > env; cat <&0 > input; echo done > done");
        await Lab.StartAsync(order with { Environment = new Dictionary<string, string> { ["OWN"] = "a b=c\nd", ["PATH"] = "/usr/bin:/bin" } });
        await Lab.Written("done");

        Assert.Equal(Lab.Folder, await Lab.Written("folder"));
        var environment = await Lab.Written("env");
        Assert.Contains("OWN=a b=c\n", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("HOME=", environment, StringComparison.Ordinal);
        Assert.Empty(File.ReadAllText(Path.Combine(Lab.Folder, "input")));
    }

    [Fact]
    public async Task A_program_starts_with_clean_signals_and_no_files_of_others()
    {
        await Lab.StartAsync(Lab.Shell("grep -E '^Sig(Blk|Ign)' /proc/self/status > signals; ls /proc/self/fd > files; umask > mask; ps -o sid= -p $$ > session; echo $$ > pid"));
        var pid = await Lab.PidWritten("pid");

        Assert.All((await Lab.Written("signals")).Split('\n'), line => Assert.Equal(0UL, Convert.ToUInt64(line.Split('\t')[1], 16) & 0x7fffffff));
        Assert.Equal(["0", "1", "2", "3"], (await Lab.Written("files")).Split('\n'));
        Assert.Equal("0022", await Lab.Written("mask"));
        Assert.Equal(pid, await Lab.PidWritten("session"));
    }

    [RootFact]
    public async Task Runs_as_the_user_that_is_ordered()
    {
        var order = Lab.Shell("id -un; id -gn; test -w /etc/passwd || echo may not");
        await Lab.StartAsync(order with { User = "nobody", WorkingDirectory = "/" });
        var end = await Lab.EndOf(order);

        Assert.Equal(0, end.ExitCode);
        await DriverLab.Until("the output is there", () => Lab.Output(order).Length == 3);
        Assert.Equal(["nobody", "nogroup", "may not"], Lab.Output(order));
    }

    [Theory]
    [InlineData("/nowhere/program", "no such file")]
    [InlineData("/etc/passwd", "permission denied")]
    [InlineData("/etc", "folder")]
    [InlineData("relative", "absolute")]
    public async Task A_program_that_cannot_run_is_a_clear_error(string program, string reason)
    {
        var order = Lab.Shell("") with { Command = [program] };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(order));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(program, refusal.Message, StringComparison.Ordinal);
        Assert.Null(await Lab.FindAsync(order));
    }

    [RootFact]
    public async Task What_cannot_run_as_its_user_is_a_clear_error()
    {
        var secret = Path.Combine(Lab.Folder, "secret");
        File.Copy("/bin/sleep", secret);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);

        var forbidden = await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(Lab.Shell("") with { Command = [secret, "1"], User = "nobody", WorkingDirectory = "/" }));
        Assert.Contains("permission denied", forbidden.Message, StringComparison.OrdinalIgnoreCase);
        var missing = await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(Lab.Shell("") with { User = "no-such-user" }));
        Assert.Contains("no-such-user", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_a_clear_error()
    {
        var refusal = await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(Lab.Shell("") with { WorkingDirectory = "/nowhere" }));
        Assert.Contains("/nowhere", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", 0, 0)]
    [InlineData("exit 42", 42, 0)]
    [InlineData("exit 127", 127, 0)]
    [InlineData("kill -USR1 $$", null, 10)]
    [InlineData("kill -KILL $$", null, 9)]
    public async Task How_it_ended_is_known(string script, int? exitCode, int signal)
    {
        var order = Lab.Shell(script);
        await Lab.StartAsync(order);
        var end = await Lab.EndOf(order);

        Assert.Equal((RunEndCause.Exited, exitCode, signal), (end.Cause, end.ExitCode, end.Signal));
    }

    [Fact]
    public async Task An_end_is_kept_until_it_is_forgotten()
    {
        var order = Lab.Shell("exit 3");
        await Lab.StartAsync(order);
        await Lab.EndOf(order);
        await Lab.RestartDaemonAsync();
        Assert.Equal(3, (await Lab.EndOf(order)).ExitCode);

        await Lab.Driver.ForgetAsync(order.Instance, order.Run, CancellationToken.None);
        await Lab.Driver.ForgetAsync(order.Instance, order.Run, CancellationToken.None);
        Assert.Null(await Lab.FindAsync(order));
    }

    [Fact]
    public async Task What_runs_is_not_forgotten()
    {
        var order = Lab.Shell("exec sleep 100");
        await Lab.StartAsync(order);

        await Assert.ThrowsAsync<DriverException>(() => Lab.Driver.ForgetAsync(order.Instance, order.Run, CancellationToken.None));
        Assert.NotNull(await Lab.FindAsync(order));
    }

    [Fact]
    public async Task A_watch_tells_of_ends_before_and_after_it()
    {
        var before = Lab.Shell("exit 5");
        var after = Lab.Shell("while ! [ -e go ]; do sleep 0.02; done; exit 6", _other);
        await Lab.StartAsync(before);
        await Lab.StartAsync(after);
        await Lab.EndOf(before);

        using var patience = new CancellationTokenSource(DriverLab.Patience);
        var codes = new List<int?>();
        await foreach (var ended in Lab.Driver.WatchAsync(patience.Token))
        {
            codes.Add(ended.End!.ExitCode);
            File.WriteAllText(Path.Combine(Lab.Folder, "go"), "");
            if (codes.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([5, 6], codes);
    }

    [Fact]
    public async Task A_stop_asks_with_the_signal()
    {
        var order = Lab.Shell("trap 'echo asked; exit 9' INT; echo ready > ready; while :; do sleep 0.02; done");
        await Lab.StartAsync(order);
        await Lab.Written("ready");
        await Lab.StopAsync(order, signal: "SIGINT");
        await Lab.StopAsync(order, signal: "SIGINT");
        var end = await Lab.EndOf(order);

        Assert.Equal((RunEndCause.Stopped, 9), (end.Cause, end.ExitCode));
        await Lab.StopAsync(order);
    }

    [Fact]
    public async Task After_the_grace_the_whole_group_is_killed()
    {
        var order = Lab.Shell("trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $! > child; echo $$ > pid; while :; do sleep 1; done");
        await Lab.StartAsync(order);
        var child = await Lab.PidWritten("child");
        await Lab.PidWritten("pid");
        var asked = DriverLab.BootMs();
        await Lab.StopAsync(order, graceMs: 300);
        var end = await Lab.EndOf(order);

        Assert.Equal((RunEndCause.Stopped, 9), (end.Cause, end.Signal));
        Assert.True(end.EndedBootMs >= asked + 300, $"it was killed after {end.EndedBootMs - asked} ms of 300");
        await DriverLab.Until("the child is dead", () => !DriverLab.IsAlive(child));
    }

    [Fact]
    public async Task When_the_program_ends_all_it_started_ends_with_it()
    {
        var order = Lab.Shell("sleep 100 & echo $! > child; setsid sleep 100 & echo $! > stray; sleep 0.1; exit 0");
        await Lab.StartAsync(order);
        var child = await Lab.PidWritten("child");
        var stray = await Lab.PidWritten("stray");
        await Lab.EndOf(order);

        await DriverLab.Until("the child is dead", () => !DriverLab.IsAlive(child));
        await DriverLab.Until("what left the group is dead", () => !DriverLab.IsAlive(stray));
    }

    [Fact]
    public async Task A_lease_that_ends_fences_without_a_daemon()
    {
        var order = Lab.Shell("trap '' TERM; sleep 100 & echo $! > child; echo $$ > pid; wait", leaseEnd: DriverLab.BootMs() + 1500);
        var started = await Lab.StartAsync(order);
        var child = await Lab.PidWritten("child");
        await Lab.EndDaemonAsync();
        await DriverLab.Until("it is fenced", () => !DriverLab.IsAlive(started.Pid) && !DriverLab.IsAlive(child));
        var dead = DriverLab.BootMs();

        Assert.InRange(dead - order.LeaseEndBootMs!.Value, 0, 500);
        await Lab.RestartDaemonAsync();
        Assert.Equal((RunEndCause.Fenced, 9), ((await Lab.EndOf(order)).Cause, (await Lab.EndOf(order)).Signal));
    }

    [Fact]
    public async Task A_lease_grows_and_never_shrinks()
    {
        var order = Lab.Shell("exec sleep 100", leaseEnd: DriverLab.BootMs() + 1000);
        await Lab.StartAsync(order);
        var longer = DriverLab.BootMs() + 2500;
        await Lab.Driver.SetLeaseAsync(order.Instance, order.Run, longer, CancellationToken.None);
        await Lab.Driver.SetLeaseAsync(order.Instance, order.Run, longer - 2000, CancellationToken.None);
        Assert.Equal(longer, (await Lab.FindAsync(order))!.LeaseEndBootMs);
        var end = await Lab.EndOf(order);

        Assert.Equal(RunEndCause.Fenced, end.Cause);
        Assert.InRange(end.EndedBootMs - longer, 0, 500);
    }

    [Fact]
    public async Task A_lease_is_shortened_when_that_is_asked_for_and_ends_then()
    {
        var order = Lab.Shell("trap '' TERM; sleep 100 & echo $! > child; echo $$ > pid; wait", leaseEnd: DriverLab.BootMs() + 60_000);
        await Lab.StartAsync(order);
        var child = await Lab.PidWritten("child");
        await Lab.RestartDaemonAsync();
        var nearer = DriverLab.BootMs() + 800;
        await Lab.Driver.ShortenLeaseAsync(order.Instance, order.Run, nearer, CancellationToken.None);
        Assert.Equal(nearer, (await Lab.FindAsync(order))!.LeaseEndBootMs);
        var end = await Lab.EndOf(order);

        Assert.Equal(RunEndCause.Fenced, end.Cause);
        Assert.InRange(end.EndedBootMs - nearer, 0, 500);
        await DriverLab.Until("the child is dead", () => !DriverLab.IsAlive(child));
    }

    [Fact]
    public async Task A_start_with_an_ended_lease_is_refused() =>
        await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(Lab.Shell("exec sleep 100", leaseEnd: DriverLab.BootMs() - 1)));

    [Fact]
    public async Task A_daemon_that_restarts_loses_nothing()
    {
        const string script = "i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); sleep 0.005; done; exit 7";
        var order = Lab.Shell(script);
        var started = await Lab.StartAsync(order);
        for (var restart = 0; restart < 5; restart++)
        {
            await Lab.RestartDaemonAsync();
            Assert.Equal(started.Pid, (await Lab.FindAsync(order))!.Pid);
        }

        Assert.Equal(7, (await Lab.EndOf(order)).ExitCode);
        await DriverLab.Until("all output is there", () => Lab.Output(order).Length == 200);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"line {i}"), Lab.Output(order));
    }
}
