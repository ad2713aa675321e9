using System.Text;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Drivers;

/// <summary>
/// The contract, held by units of a real systemd, and what only they do (R1, R8, R11, H4). tests/machines runs these in a machine that has
/// systemd as its first process.
/// </summary>
[Trait("Category", "Systemd")]
public sealed class SystemdDriverTests : DriverContract
{
    private SystemdLab Units => (SystemdLab)Lab;

    protected override DriverLab NewLab() => new SystemdLab();

    [Fact]
    public async Task A_unit_has_its_slice_its_limits_and_its_name()
    {
        var order = Lab.Shell("exec sleep 100") with { Limits = new Limits(1500, 64, 12), Stop = new StopPolicy("SIGQUIT", 7_000) };
        await Lab.StartAsync(order);

        string[] names = ["Slice", "MemoryMax", "CPUQuotaPerSecUSec", "TasksMax", "KillSignal", "TimeoutStopUSec", "Description", "ActiveState", "LogExtraFields"];
        string[] expected = [Units.Slice, "67108864", "1.500000s", "12", "3", "7s", $"core/0 (run {order.Run}) of pryvd", "active", "PRYVD_INSTANCE=core/0"];
        Assert.Equal(expected, names.Select(name => Units.Shown(order, name)));
    }

    [Fact]
    public async Task Its_environment_is_given_as_it_is_and_shown_to_nobody()
    {
        const string secret = "a \"b\" '$HOME' `c` \\d\ne %n #;=";
        var order = Lab.Shell("printf %s \"$SECRET\" > secret; echo >> secret; exec sleep 100");
        await Lab.StartAsync(order with { Environment = new Dictionary<string, string>(order.Environment) { ["SECRET"] = secret } });

        Assert.Equal(secret, await Lab.Written("secret"));
        Assert.DoesNotContain("$HOME", SystemdLab.Said("systemctl", "show", Units.UnitOf(order)), StringComparison.Ordinal);
        Assert.DoesNotContain("$HOME", SystemdLab.Said("systemctl", "cat", Units.UnitOf(order)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Lab.Folder, "guard", "units")));
    }

    [Fact]
    public async Task What_is_not_limited_has_no_limit()
    {
        var order = Lab.Shell("exec sleep 100");
        await Lab.StartAsync(order);

        Assert.Equal(["infinity", "infinity"], new[] { "MemoryMax", "CPUQuotaPerSecUSec" }.Select(name => Units.Shown(order, name)));
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        string[] words = ["$HOME", "${OUT}", "%n", "a b", "\"'\\", "ü\n;", ""];
        var order = Lab.Shell("") with { Command = ["/bin/sh", "-c", "printf '%s|' \"$@\" > words; echo >> words", "sh", .. words] };
        await Lab.StartAsync(order);

        Assert.Equal(string.Join('|', words) + "|", await Lab.Written("words"));
    }

    [Theory]
    [InlineData("exit 0", 0, 0)]
    [InlineData("exit 3", 3, 0)]
    [InlineData("kill -USR1 $$", null, 10)]
    public async Task How_it_ended_is_known_to_a_guard_that_was_not_there(string end, int? exitCode, int signal)
    {
        var order = Lab.Shell($"while ! [ -e go ]; do sleep 0.02; done; {end}");
        var run = await Lab.StartAsync(order);
        await Units.KillGuardAsync();
        File.WriteAllText(Path.Combine(Lab.Folder, "go"), "");
        await DriverLab.Until("it has ended", () => !DriverLab.IsAlive(run.Pid));

        var known = await Lab.EndOf(order);
        Assert.Equal((RunEndCause.Exited, exitCode, signal), (known.Cause, known.ExitCode, known.Signal));
    }

    [Fact]
    public async Task When_the_guard_is_killed_a_leased_unit_ends_and_another_goes_on()
    {
        var leased = Lab.Shell("setsid sleep 100 & echo $! > child; wait", leaseEnd: DriverLab.BootMs() + 60_000);
        var free = Lab.Shell("exec sleep 100", new InstanceId("other", 0));
        var run = await Lab.StartAsync(leased);
        var freeRun = await Lab.StartAsync(free);
        var child = await Lab.PidWritten("child");
        await Lab.EndDaemonAsync();
        await Units.KillGuardAsync();
        await DriverLab.Until("all of the leased one is dead without any guard", () => !DriverLab.IsAlive(run.Pid) && !DriverLab.IsAlive(child));

        await Lab.RestartDaemonAsync();
        Assert.Equal((RunEndCause.Exited, 9), ((await Lab.EndOf(leased)).Cause, (await Lab.EndOf(leased)).Signal));
        Assert.Equal(freeRun, await Lab.FindAsync(free));
    }

    [Fact]
    public async Task A_guard_that_comes_back_stops_and_fences_what_it_found()
    {
        var order = Lab.Shell("trap '' TERM; echo ready > ready; while :; do sleep 0.02; done");
        await Lab.StartAsync(order);
        await Lab.Written("ready");
        await Units.KillGuardAsync();
        await Lab.StopAsync(order, graceMs: 200);

        var end = await Lab.EndOf(order);
        Assert.Equal((RunEndCause.Stopped, 9), (end.Cause, end.Signal));
    }

    [Fact]
    public async Task A_unit_that_somebody_stops_by_hand_has_ended_and_can_be_started_again()
    {
        var order = Lab.Shell("exec sleep 100");
        await Lab.StartAsync(order);
        SystemdLab.Said("systemctl", "stop", Units.UnitOf(order));

        Assert.Equal(RunEndCause.Lost, (await Lab.EndOf(order)).Cause);
        Assert.Null((await Lab.StartAsync(Lab.Shell("exec sleep 100"))).End);
    }

    [Fact]
    public async Task Runs_follow_each_other_without_a_pause()
    {
        foreach (var script in Enumerable.Repeat<string[]>(["exit 0", "exit 1", "kill -9 $$", "sleep 100 & exit 0"], 3).SelectMany(s => s))
        {
            var order = Lab.Shell(script);
            await Lab.StartAsync(order);
            await Lab.EndOf(order);
        }
    }

    [Fact]
    public async Task A_unit_of_somebody_else_under_its_name_is_left_alone()
    {
        var order = Lab.Shell("exec sleep 100");
        await Lab.Driver.ListAsync(CancellationToken.None);
        SystemdLab.Said("systemd-run", "-q", "--unit", Units.UnitOf(order), "sleep", "100");

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Lab.StartAsync(order));
        Assert.Contains($"systemctl stop {Units.UnitOf(order)}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("active", Units.Shown(order, "ActiveState"));
        SystemdLab.Said("systemctl", "stop", Units.UnitOf(order));
        Assert.Null((await Lab.StartAsync(Lab.Shell("exec sleep 100"))).End);
    }

    [Fact]
    public async Task A_unit_of_its_own_that_it_does_not_know_is_ended_before_the_next_run()
    {
        var order = Lab.Shell("exec sleep 100");
        await Lab.Driver.ListAsync(CancellationToken.None);
        SystemdLab.Said("systemd-run", "-q", "--unit", Units.UnitOf(order), "--slice", Units.Slice, "sh", "-c", $"trap '' TERM; echo $$$$ > {Lab.Folder}/pid; while :; do sleep 1; done");
        var orphan = await Lab.PidWritten("pid");

        Assert.Null((await Lab.StartAsync(order)).End);
        Assert.False(DriverLab.IsAlive(orphan));
    }

    [Fact]
    public async Task A_unit_is_what_it_was_when_systemd_has_read_all_units_again()
    {
        var order = Lab.Shell("while ! [ -e go ]; do sleep 0.02; done; exit 5");
        await Lab.StartAsync(order with { Limits = new Limits(0, 64, 0) });
        SystemdLab.Said("systemctl", "daemon-reload");

        Assert.Equal(["loaded", Units.Slice, "67108864"], new[] { "LoadState", "Slice", "MemoryMax" }.Select(name => Units.Shown(order, name)));
        File.WriteAllText(Path.Combine(Lab.Folder, "go"), "");
        Assert.Equal(5, (await Lab.EndOf(order)).ExitCode);

        var next = Lab.Shell("exec sleep 100");
        var run = await Lab.StartAsync(next);
        SystemdLab.Said("systemctl", "daemon-reload");
        SystemdLab.Said("systemctl", "stop", Units.Slice);
        Assert.False(DriverLab.IsAlive(run.Pid));
    }

    [Fact]
    public async Task Its_output_is_read_from_the_journal_and_followed()
    {
        var order = Lab.Shell("i=0; while [ $i -lt 300 ]; do echo out $i; i=$((i+1)); done; echo err >&2; printf 'a\\377b\\n'; echo said > said; while ! [ -e go ]; do sleep 0.02; done; echo last");
        await Lab.StartAsync(order);
        await Lab.Written("said");
        await DriverLab.Until("all is there", async () => (await ReadAsync(order, 0)).Count == 302);
        var lines = await ReadAsync(order, 0);
        Assert.Equal(["out 0", "out 299", "err"], new[] { 0, 299, 300 }.Select(i => Encoding.UTF8.GetString(lines[i])));
        Assert.Equal([(byte)'a', 0xff, (byte)'b'], lines[301]);
        Assert.Equal(2, (await ReadAsync(order, 2)).Count);

        using var patience = new CancellationTokenSource(DriverLab.Patience);
        var followed = new List<string>();
        await foreach (var batch in Units.Journal(order).ReadAsync(1, follow: true, after: "", patience.Token))
        {
            followed.AddRange(batch.Lines.Select(l => l.Text.ToString(Encoding.Latin1)));
            File.WriteAllText(Path.Combine(Lab.Folder, "go"), "");
            if (followed.Count == 2)
            {
                break;
            }
        }

        Assert.Equal("last", followed[1]);
    }

    private async Task<List<byte[]>> ReadAsync(StartOrder order, int tail)
    {
        var lines = new List<byte[]>();
        await foreach (var batch in Units.Journal(order).ReadAsync(tail, follow: false, after: "", CancellationToken.None))
        {
            lines.AddRange(batch.Lines.Select(l => l.Text.ToByteArray()));
        }

        return lines;
    }
}
