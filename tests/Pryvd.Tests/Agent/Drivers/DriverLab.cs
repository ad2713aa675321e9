using System.Diagnostics;
using System.Globalization;
using Pryvd.Agent.Drivers;
using Pryvd.Guard.Native;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Drivers;

/// <summary>A data folder with real processes in it; all of them are ended with it.</summary>
public abstract class DriverLab : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private long _lastRun;

    public string Folder { get; } = Directory.CreateTempSubdirectory("pryvd-driver-").FullName;

    public abstract IDriver Driver { get; }

    /// <summary>What the orders ask for.</summary>
    protected virtual Driver Kind => Model.Components.Driver.Process;

    /// <summary>The lines that a run's instance has written so far.</summary>
    public abstract string[] Output(StartOrder order);

    /// <summary>As when the daemon dies: a driver that knows nothing of the one before.</summary>
    public abstract Task RestartDaemonAsync();

    /// <summary>As when the daemon dies and none comes after it.</summary>
    public abstract Task EndDaemonAsync();

    /// <summary>An order for a shell script; each has a higher run than all before.</summary>
    public StartOrder Shell(string script, InstanceId? instance = null, long? leaseEnd = null) => new()
    {
        Instance = instance ?? new InstanceId("core", 0),
        Generation = 7,
        Run = Interlocked.Increment(ref _lastRun),
        SpecVersion = 3,
        Restart = 2,
        Command = ["/bin/sh", "-c", script],
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["OUT"] = Folder },
        WorkingDirectory = Folder,
        User = null,
        Stop = StopPolicy.Default,
        Driver = Kind,
        Limits = Limits.None,
        LogFolder = Path.Combine(Folder, "logs", $"{instance?.Component ?? "core"}.{instance?.Ordinal ?? 0}"),
        Logs = LogPolicy.Default,
        LeaseEndBootMs = leaseEnd,
    };

    public Task<DriverInstance> StartAsync(StartOrder order) => Driver.StartAsync(order, CancellationToken.None);

    public Task StopAsync(StartOrder order, int graceMs = 10_000, string signal = "SIGTERM") =>
        Driver.StopAsync(order.Instance, order.Run, new StopPolicy(signal, graceMs), CancellationToken.None);

    public async Task<DriverInstance?> FindAsync(StartOrder order) =>
        (await Driver.ListAsync(CancellationToken.None)).SingleOrDefault(i => i.Instance == order.Instance && i.Run == order.Run);

    /// <summary>Waits until the run has ended.</summary>
    public async Task<RunEnd> EndOf(StartOrder order)
    {
        RunEnd? end = null;
        await Until($"{order.Instance} run {order.Run} ends", async () => (end = (await FindAsync(order))?.End) is not null);
        return end!;
    }

    /// <summary>Waits for a file that a script writes, with a line end.</summary>
    public async Task<string> Written(string name)
    {
        var path = Path.Combine(Folder, name);
        await Until($"{name} is written", () => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'));
        return File.ReadAllText(path).Trim();
    }

    public async Task<int> PidWritten(string name) => int.Parse(await Written(name), CultureInfo.InvariantCulture);

    public static Task Until(string what, Func<bool> holds) => Until(what, () => Task.FromResult(holds()));

    public static async Task Until(string what, Func<Task<bool>> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"after {Patience.TotalSeconds} s still not so: {what}");
            await Task.Delay(10);
        }
    }

    /// <summary>To one process that is there or has just ended: 0 would be this test's own group, and -1 everything.</summary>
    public static void Signal(int pid, int signal)
    {
        Assert.True(pid > 1, $"{pid} is no process to be signalled");
        _ = Sys.Kill(pid, signal);
    }

    public static bool IsAlive(int pid) => ProcessTable.Find(pid) is not null;

    public static long BootMs() => BootClock.NowMs();

    public async ValueTask DisposeAsync()
    {
        await EndAllAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends all processes.</summary>
    protected abstract Task EndAllAsync();
}
