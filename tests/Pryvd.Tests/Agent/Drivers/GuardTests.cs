using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Pryvd.Agent.Drivers;
using Pryvd.Guard.Native;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Drivers;

/// <summary>The guard's own life: killed, fed nonsense, and without a disk (R8, H4; design: invariants 7, 9 and 10).</summary>
public sealed class GuardTests : IAsyncLifetime
{
    private static readonly InstanceId _other = new("other", 0);

    private readonly GuardLab _lab = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task When_the_guard_is_killed_leased_ones_end_with_all_they_started_and_others_go_on()
    {
        var leased = _lab.Shell("sleep 100 & echo $! > child; wait", leaseEnd: DriverLab.BootMs() + 60_000);
        var free = _lab.Shell("i=0; while :; do echo line $i; i=$((i+1)); sleep 0.01; done", _other);
        var leasedRun = await _lab.StartAsync(leased);
        var freeRun = await _lab.StartAsync(free);
        var child = await _lab.PidWritten("child");
        await _lab.EndDaemonAsync();
        await _lab.KillGuardAsync();
        await DriverLab.Until("the leased one is dead without any guard", () => !DriverLab.IsAlive(leasedRun.Pid) && !DriverLab.IsAlive(child));

        await _lab.RestartDaemonAsync();
        Assert.Equal(RunEndCause.Lost, (await _lab.EndOf(leased)).Cause);
        Assert.Equal(freeRun.Pid, (await _lab.FindAsync(free))!.Pid);
        Assert.Null((await _lab.FindAsync(free))!.End);
        var before = _lab.Output(free).Length;
        await DriverLab.Until("its output goes on", () => _lab.Output(free).Length > before + 20);
        await _lab.StopAsync(free);
        Assert.Equal(RunEndCause.Stopped, (await _lab.EndOf(free)).Cause);
    }

    [Fact]
    public async Task Output_waits_in_the_pipe_for_the_next_guard()
    {
        var order = _lab.Shell("echo one; while ! [ -e go ]; do sleep 0.02; done; echo two; echo said > said; exec sleep 100");
        await _lab.StartAsync(order);
        await DriverLab.Until("the first line is there", () => _lab.Output(order).Length == 1);
        await _lab.KillGuardAsync();
        File.WriteAllText(Path.Combine(_lab.Folder, "go"), "");
        await _lab.Written("said");
        Assert.NotNull(await _lab.FindAsync(order));

        await DriverLab.Until("the second line is there", () => _lab.Output(order).Length == 2);
        Assert.Equal(["one", "two"], _lab.Output(order));
    }

    [Fact]
    public async Task A_run_that_ended_without_a_guard_is_lost()
    {
        var order = _lab.Shell("while ! [ -e go ]; do sleep 0.02; done; exit 3");
        var run = await _lab.StartAsync(order);
        await _lab.KillGuardAsync();
        File.WriteAllText(Path.Combine(_lab.Folder, "go"), "");
        await DriverLab.Until("it has ended", () => !DriverLab.IsAlive(run.Pid));

        var end = await _lab.EndOf(order);
        Assert.Equal((RunEndCause.Lost, null), (end.Cause, end.ExitCode));
    }

    [Fact]
    public async Task Killed_again_and_again_at_any_moment_it_never_runs_an_instance_twice_nor_forgets_one()
    {
        var random = new Random(17);
        var orders = new List<StartOrder>();
        for (var round = 0; round < 25; round++)
        {
            var order = _lab.Shell("exec sleep 1000", new InstanceId("core", round % 3), round % 2 == 0 ? null : DriverLab.BootMs() + 60_000);
            orders.Add(order);
            var starting = Try(() => _lab.StartAsync(order));
            await Task.Delay(random.Next(30));
            if (_lab.GuardPid is var guard and > 0)
            {
                DriverLab.Signal(guard, PosixSignals.Kill);
            }

            await starting;
            await Try(() => _lab.StopAsync(orders[random.Next(orders.Count)], graceMs: random.Next(200)));
        }

        var known = await _lab.Driver.ListAsync(CancellationToken.None);
        var alive = known.Where(i => i.End is null).ToList();
        await DriverLab.Until("what is said to run runs, and nothing else", () => AliveOf(orders).SetEquals(alive.Where(i => DriverLab.IsAlive(i.Pid)).Select(i => i.Pid)));
        Assert.Equal(alive.Count, alive.DistinctBy(i => i.Instance).Count());
    }

    [Fact]
    public async Task The_watch_over_leased_ones_comes_back_when_it_is_killed()
    {
        var order = _lab.Shell("exec sleep 100", leaseEnd: DriverLab.BootMs() + 60_000);
        var run = await _lab.StartAsync(order);
        var first = 0;
        await DriverLab.Until("there is one", () => (first = DeathWatchOf(_lab.GuardPid)) > 0);
        DriverLab.Signal(first, PosixSignals.Kill);
        await DriverLab.Until("there is another one", () => DeathWatchOf(_lab.GuardPid) is var second && second > 0 && second != first);
        await _lab.EndDaemonAsync();
        await _lab.KillGuardAsync();

        await DriverLab.Until("the leased one is dead", () => !DriverLab.IsAlive(run.Pid));
    }

    [Fact]
    public async Task A_guard_that_is_asked_to_stop_stops_leased_ones_and_leaves_the_others()
    {
        var leased = _lab.Shell("trap 'echo asked > asked; exit 0' TERM; echo ready > ready; while :; do sleep 0.02; done", leaseEnd: DriverLab.BootMs() + 60_000);
        var free = _lab.Shell("exec sleep 100", _other);
        await _lab.StartAsync(leased);
        var freeRun = await _lab.StartAsync(free);
        await _lab.Written("ready");
        var guard = _lab.GuardPid;
        DriverLab.Signal(guard, PosixSignals.Terminate);
        await DriverLab.Until("the guard has ended", () => !DriverLab.IsAlive(guard));

        Assert.Equal("asked", await _lab.Written("asked"));
        Assert.Equal((RunEndCause.Stopped, 0), ((await _lab.EndOf(leased)).Cause, (await _lab.EndOf(leased)).ExitCode));
        Assert.Equal(freeRun.Pid, (await _lab.FindAsync(free))!.Pid);
    }

    [Theory]
    [InlineData(PosixSignals.Kill)]
    [InlineData(PosixSignals.Terminate)]
    public async Task A_call_at_the_moment_of_the_guards_end_finds_the_next_guard(int signal)
    {
        var order = _lab.Shell("exec sleep 100");
        await _lab.StartAsync(order);
        for (var round = 0; round < 5; round++)
        {
            // One that was told to end may have answered last.
            var guard = 0;
            await DriverLab.Until("there is a guard", async () => await _lab.FindAsync(order) is not null && (guard = _lab.GuardPid) > 0);
            DriverLab.Signal(guard, signal);
            await DriverLab.Until("a guard answers", async () => await _lab.FindAsync(order) is not null);
        }
    }

    [Fact]
    public async Task A_guard_comes_up_while_other_children_of_the_daemon_end()
    {
        using var enough = new CancellationTokenSource();
        var checks = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                using var check = Process.Start("/bin/true");
                await check.WaitForExitAsync();
            }
        });
        for (var round = 0; round < 5; round++)
        {
            Assert.Empty(await _lab.Driver.ListAsync(CancellationToken.None));
            await _lab.KillGuardAsync();
        }

        await enough.CancelAsync();
        await checks;
    }

    [Fact]
    public async Task A_second_guard_of_one_folder_refuses()
    {
        await _lab.Driver.ListAsync(CancellationToken.None);
        using var second = Process.Start(new ProcessStartInfo(GuardLab.Program, ["guard", "--data-dir", _lab.Folder]) { RedirectStandardError = true })!;
        var words = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"another guard (pid {_lab.GuardPid})", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nonsense_on_its_socket_ends_the_connection_and_nothing_else()
    {
        var order = _lab.Shell("exec sleep 100");
        await _lab.StartAsync(order);
        byte[][] hostile =
        [
            [0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 1, 2, 3], [4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0],
            "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), RandomNumberGenerator.GetBytes(100_000), [200, 0, 0, 0, 1],
        ];
        foreach (var bytes in hostile)
        {
            using var socket = await ConnectAsync();
            await Try(() => socket.SendAsync(bytes));
        }

        var idle = new List<Socket>();
        for (var i = 0; i < 60; i++)
        {
            idle.Add(await ConnectAsync());
        }

        await using var driver = _lab.NewDriver();
        Assert.Single(await driver.ListAsync(CancellationToken.None));
        Assert.All(idle, socket => socket.Dispose());
        Assert.Equal("srw-------", await ModeOf(_lab.GuardFolder.Address()));
    }

    [Fact]
    public async Task Long_lines_are_cut_and_logs_rotate()
    {
        var order = _lab.Shell("head -c 40000 /dev/zero | tr '\\0' x; echo; echo err >&2; printf 'a\\000b\\r\\n'; i=0; while [ $i -lt 400 ]; do echo $i; i=$((i+1)); done; printf end");
        await _lab.StartAsync(order with { Logs = new LogPolicy(16 << 10, 3) });
        await _lab.EndOf(order);

        // The two streams are read by themselves: either may come last.
        await DriverLab.Until("all is written", () => _lab.Output(order).Intersect(["end", "err"]).Count() == 2);

        var all = Directory.GetFiles(order.LogFolder).Order().SelectMany(File.ReadAllLines).ToList();
        Assert.Contains(all, line => line.EndsWith(" [23616 more bytes cut]", StringComparison.Ordinal));
        Assert.Contains(all, line => line.EndsWith(" stderr err", StringComparison.Ordinal));
        Assert.Contains(all, line => line.EndsWith(" a\0b", StringComparison.Ordinal));
        Assert.Equal(400, all.Count(line => int.TryParse(line.Split(' ')[2], out _)));
    }

    [Fact]
    public async Task Only_so_many_old_logs_are_kept()
    {
        var order = _lab.Shell("i=0; while [ $i -lt 60000 ]; do echo $i; i=$((i+1)); done");
        await _lab.StartAsync(order with { Logs = new LogPolicy(4 << 10, 3) });
        await _lab.EndOf(order);

        Assert.InRange(Directory.GetFiles(order.LogFolder).Length, 2, 3);
    }

    private static async Task Try(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is DriverException or SocketException)
        {
            // Refused or cut off, as it may be here.
        }
    }

    private static int DeathWatchOf(int guard) => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
        .FirstOrDefault(pid => pid > 0 && DriverLab.IsAlive(pid) && IsDeathWatch(pid, guard));

    private static bool IsDeathWatch(int pid, int guard)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains("pryvd-guard-death-watch", StringComparison.Ordinal)
                && File.ReadAllText($"/proc/{pid}/stat").Contains($") S {guard} ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private HashSet<int> AliveOf(IEnumerable<StartOrder> orders)
    {
        var mark = _lab.GuardFolder.Mark();
        var lines = orders.Select(o => $"PRYVD_RUN={mark}.{o.Instance.Component}.{o.Instance.Ordinal}.{o.Run}").ToHashSet();
        return [.. ProcessTable.WithVariable("PRYVD_RUN", lines).Select(p => p.Pid).Where(DriverLab.IsAlive)];
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_lab.GuardFolder.Address()));
        return socket;
    }

    private static async Task<string> ModeOf(string path)
    {
        using var list = Process.Start(new ProcessStartInfo("ls", ["-l", path]) { RedirectStandardOutput = true })!;
        return (await list.StandardOutput.ReadToEndAsync())[..10];
    }
}
