using System.Diagnostics;
using Pryvd.Agent.Drivers;
using Pryvd.Agent.Logs;
using Pryvd.Guard.Units;
using Pryvd.Model.Components;

namespace Pryvd.Tests.Agent.Drivers;

/// <summary>Units under a real guard and the systemd of this machine.</summary>
public sealed class SystemdLab : GuardLab
{
    protected override Driver Kind => Model.Components.Driver.Systemd;

    public string Slice => UnitNames.Of(GuardFolder).Slice;

    public string UnitOf(StartOrder order) => UnitNames.Of(GuardFolder).Unit(order.Instance.Component, order.Instance.Ordinal);

    internal JournalReader Journal(StartOrder order) => new(UnitOf(order));

    public override string[] Output(StartOrder order) => Said("journalctl", "-q", "-o", "cat", $"_SYSTEMD_UNIT={UnitOf(order)}").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>One property of the unit, as systemctl shows it.</summary>
    public string Shown(StartOrder order, string property) => Said("systemctl", "show", "--value", "-p", property, UnitOf(order)).Trim();

    public static string Said(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    protected override async Task EndAllAsync()
    {
        var (slice, units) = (Slice, Slice.Replace(".slice", "-*", StringComparison.Ordinal));
        await base.EndAllAsync();
        Said("systemctl", "kill", "-s", "KILL", units);
        Said("systemctl", "stop", slice);
        Said("systemctl", "reset-failed", units);
    }
}
