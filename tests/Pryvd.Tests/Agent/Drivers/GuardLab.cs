using Pryvd.Agent.Drivers;
using Pryvd.Guard;
using Pryvd.Guard.Native;

namespace Pryvd.Tests.Agent.Drivers;

/// <summary>Processes under a real guard.</summary>
public class GuardLab : DriverLab
{
    private GuardDriver _driver;

    public GuardLab() => _driver = NewDriver();

    public static string Program => Path.Combine(AppContext.BaseDirectory, "pryvd");

    public override IDriver Driver => _driver;

    internal GuardFolder GuardFolder => GuardFolder.In(Folder);

    /// <summary>0 when there is none.</summary>
    public int GuardPid => int.TryParse(GuardFolder.Holder(), out var pid) && IsAlive(pid) ? pid : 0;

    public string GuardLog => File.Exists(GuardFolder.LogPath) ? File.ReadAllText(GuardFolder.LogPath) : "";

    public override string[] Output(StartOrder order)
    {
        var path = Path.Combine(order.LogFolder, "current.log");
        return File.Exists(path) ? [.. File.ReadAllLines(path).Select(line => line.Split(' ', 3)[2])] : [];
    }

    public override async Task RestartDaemonAsync()
    {
        await _driver.DisposeAsync();
        _driver = NewDriver();
    }

    public override async Task EndDaemonAsync() => await _driver.DisposeAsync();

    /// <summary>kill -9; returns when it is gone.</summary>
    public async Task KillGuardAsync()
    {
        var pid = GuardPid;
        Signal(pid, PosixSignals.Kill);
        await Until("the guard is gone", () => !IsAlive(pid));
    }

    internal GuardDriver NewDriver() => new(Folder, [Program]);

    protected override async Task EndAllAsync()
    {
        await _driver.DisposeAsync();
        if (GuardPid is var guard and > 0)
        {
            Signal(guard, PosixSignals.Kill);
            await Until("the guard is gone", () => !IsAlive(guard));
        }

        var mark = GuardFolder.Mark();
        foreach (var key in GuardFolder.RunFiles().Select(f => RunKey.Parse(Path.GetFileName(f))!))
        {
            foreach (var (pid, _) in ProcessTable.WithVariable(Runs.MarkVariable, new HashSet<string> { $"{Runs.MarkVariable}={mark}.{key.FileName}" }))
            {
                _ = Sys.Kill(pid, PosixSignals.Kill);
            }
        }
    }
}
