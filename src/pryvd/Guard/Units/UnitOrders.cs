using System.Text;
using Pryv.Internal.V1;

namespace Pryvd.Guard.Units;

/// <summary>The properties of an instance's unit; see systemd.service(5), systemd.exec(5) and systemd.resource-control(5).</summary>
internal static class UnitOrders
{
    private const long MicrosecondsPerMs = 1_000;

    // What systemd would add for a service with a user of its own.
    private static readonly string[] _unasked = ["HOME", "USER", "LOGNAME", "SHELL", "LANG"];

    /// <param name="message">The list is appended to it.</param>
    /// <param name="unit">The order.</param>
    /// <param name="key">Of the run.</param>
    /// <param name="environment">Path of the file with its variables.</param>
    /// <param name="slice">Of all instances of this guard.</param>
    public static void Append(BusMessage message, GuardUnitOrder unit, RunKey key, string environment, string slice)
    {
        var order = unit.Order;
        message.Array("(sv)", list =>
        {
            list.Property("Description", "s", v => v.Text($"{key} of pryvd"))
                .Property("Slice", "s", v => v.Text(slice))
                .Property("Type", "s", v => v.Text("exec"))
                .Property("ExecStart", "a(sasb)", v => v.Array("(sasb)", a => a.Struct("sasb", line => line.Text(order.Command[0]).Texts(order.Command.Select(AsItIs)).Flag(false))))
                .Property("WorkingDirectory", "s", v => v.Text(order.WorkingDirectory))
                .Property("EnvironmentFiles", "a(sb)", v => v.Array("(sb)", a => a.Struct("sb", file => file.Text(environment).Flag(false))))
                .Property("UnsetEnvironment", "as", v => v.Texts(_unasked.Where(name => !order.Environment.Any(line => line.StartsWith(name + "=", StringComparison.Ordinal)))));
            Output(list, $"{order.Component}/{order.Ordinal}");
            Ending(list, unit);
            Limits(list, unit);
            if (order.User.Length > 0)
            {
                list.Property("User", "s", v => v.Text(order.User));
            }
        });
    }

    // systemd would replace ${NAME} once more. Not by ExecStartEx with no-env-expand: systemd 252 cannot read again what it keeps of that, and
    // after a daemon-reload the unit would be without a slice, a command and whoever stops it.
    private static string AsItIs(string argument) => argument.Replace("$", "$$", StringComparison.Ordinal);

    private static void Output(BusMessage list, string instance) => list
        .Property("StandardInput", "s", v => v.Text("null"))
        .Property("StandardOutput", "s", v => v.Text("journal"))
        .Property("StandardError", "s", v => v.Text("journal"))
        .Property("SyslogIdentifier", "s", v => v.Text(instance))
        .Property("SyslogLevelPrefix", "b", v => v.Flag(false))
        .Property("LogExtraFields", "aay", v => v.Array("ay", a => a.Bytes(Encoding.UTF8.GetBytes($"PRYVD_INSTANCE={instance}"))));

    // It stays loaded when it has ended, so that how it ended is known to a guard that was not there. What the main process leaves is killed.
    // The signal and the grace are for who stops the unit by hand; the agent's own are sent by the guard.
    private static void Ending(BusMessage list, GuardUnitOrder unit) => list
        .Property("RemainAfterExit", "b", v => v.Flag(true))
        .Property("KillMode", "s", v => v.Text("mixed"))
        .Property("KillSignal", "i", v => v.Number('i', unit.StopSignal))
        .Property("TimeoutStopUSec", "t", v => v.Long(Math.Max(1, unit.StopGraceMs) * MicrosecondsPerMs))
        .Property("IgnoreSIGPIPE", "b", v => v.Flag(false))
        .Property("OOMPolicy", "s", v => v.Text("kill"));

    private static void Limits(BusMessage list, GuardUnitOrder unit)
    {
        if (unit.MemoryBytes > 0)
        {
            list.Property("MemoryMax", "t", v => v.Long(unit.MemoryBytes));
        }

        if (unit.CpuMillis > 0)
        {
            // Microseconds of processor time in each second.
            list.Property("CPUQuotaPerSecUSec", "t", v => v.Long(unit.CpuMillis * MicrosecondsPerMs));
        }

        if (unit.Tasks > 0)
        {
            list.Property("TasksMax", "t", v => v.Long(unit.Tasks));
        }
    }
}
