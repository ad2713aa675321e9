using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Units;

/// <summary>Starts units, and says what became of them. For the guard's main thread only.</summary>
internal sealed class Systemd(GuardFolder folder)
{
    private const int StartPatienceMs = 5_000;
    private const int PaceMs = 3;
    private const string UnitType = "Unit";
    private const string ServiceType = "Service";

    private readonly UnitNames _names = UnitNames.Of(folder);

    public string NameOf(RunKey key) => _names.Unit(key.Component, key.Ordinal);

    /// <summary>Returns when the program runs, or has run.</summary>
    /// <returns>Pid of its main process.</returns>
    /// <exception cref="GuardException">It does not run; nothing is left of it.</exception>
    /// <exception cref="SilenceException">It may run, or may yet.</exception>
    public int Start(GuardUnitOrder order, RunKey key, string mark)
    {
        RequireProgram(order.Order);
        using var bus = SystemBus.Open();
        using var environment = EnvironmentFile.Write(folder.EnvironmentOf(key), order.Order.Environment.Append(mark));
        var unit = NameOf(key);
        var deadline = BootClock.NowMs() + StartPatienceMs;
        MakeRoom(bus, unit, deadline, () => bus.Call("StartTransientUnit", message =>
        {
            message.Text(unit).Text("fail");
            UnitOrders.Append(message, order, key, environment.Path, _names.Slice);
            message.Array("(sa(sv))", _ => { });
        }));
        return AwaitProgram(bus, unit, deadline, order.Order);
    }

    /// <exception cref="SilenceException">systemd cannot be asked.</exception>
    public static UnitState Read(string unit)
    {
        using var bus = SystemBus.Open();
        return Read(bus, unit);
    }

    /// <summary>What ended need not be kept any longer.</summary>
    /// <exception cref="SilenceException">systemd cannot be asked.</exception>
    public static void Release(string unit, UnitState state)
    {
        using var bus = SystemBus.Open();
        Release(bus, unit, state);
    }

    /// <summary>Ends a unit that should not be there; to be called again until it is true.</summary>
    /// <exception cref="SilenceException">systemd cannot be asked.</exception>
    public static bool IsEnded(string unit)
    {
        using var bus = SystemBus.Open();
        End(bus, unit);
        return Read(bus, unit).IsGone;
    }

    // An order to start that waits for its turn is taken back by the one to stop.
    private static void End(SystemBus bus, string unit)
    {
        _ = bus.Call("KillUnit", message => message.Text(unit).Text("all").Number('i', PosixSignals.Kill));
        _ = bus.Call("StopUnit", message => message.Text(unit).Text("replace"));
        _ = bus.Call("ResetFailedUnit", message => message.Text(unit));
    }

    private static UnitState Read(SystemBus bus, string unit)
    {
        // The first of them is the last that changes.
        var path = SystemBus.PathOf(unit);
        var active = bus.Text(path, UnitType, "ActiveState");
        return new UnitState(
            active,
            bus.Text(path, UnitType, "SubState"),
            bus.Text(path, ServiceType, "Result"),
            bus.Number(path, UnitType, "ActiveEnterTimestampMonotonic", 't') > 0,
            (int)bus.Number(path, ServiceType, "ExecMainPID", 'u'),
            (int)bus.Number(path, ServiceType, "ExecMainCode", 'i'),
            (int)bus.Number(path, ServiceType, "ExecMainStatus", 'i'));
    }

    private static void Release(SystemBus bus, string unit, UnitState state)
    {
        if (state.Active == "failed")
        {
            _ = bus.Call("ResetFailedUnit", message => message.Text(unit));
        }
        else if (state.IsOver)
        {
            _ = bus.Call("StopUnit", message => message.Text(unit).Text("replace"));
        }
    }

    // What an earlier run left is let go of. What runs in this guard's slice is its own, from a start of which it never heard the end, and is
    // ended; what is somebody else's is refused.
    private void MakeRoom(SystemBus bus, string unit, long deadline, Func<BusRefusal?> start)
    {
        while (start() is { } refusal)
        {
            if (!refusal.IsUnitThere)
            {
                throw new GuardException($"systemd does not start {unit}: {refusal.Message}");
            }

            if (BootClock.NowMs() > deadline)
            {
                throw new GuardException($"{unit} is there already, and no run that this guard knows. Stop it: systemctl stop {unit}");
            }

            if (Read(bus, unit) is { IsRunning: false } state)
            {
                Release(bus, unit, state);
            }
            else if (bus.Text(SystemBus.PathOf(unit), ServiceType, "Slice") == _names.Slice)
            {
                End(bus, unit);
            }

            Pause();
        }
    }

    private static int AwaitProgram(SystemBus bus, string unit, long deadline, GuardOrder order)
    {
        while (true)
        {
            var state = Read(bus, unit);
            if (state.StartFailure is { } failure)
            {
                LetGo(bus, unit, deadline);
                throw new GuardException($"{order.Command[0]} could not be started as {unit}: {failure}. systemd's own words: journalctl -u {unit} -n 5");
            }

            if (!state.IsStarting && state.Pid > 0)
            {
                return state.Pid;
            }

            if (BootClock.NowMs() > deadline)
            {
                End(bus, unit);
                LetGo(bus, unit, BootClock.NowMs() + StartPatienceMs);
                throw new GuardException($"{order.Command[0]} was not reached within {StartPatienceMs / 1000} s as {unit}; it is '{state.Active}'.");
            }

            Pause();
        }
    }

    private static void LetGo(SystemBus bus, string unit, long deadline)
    {
        while (Read(bus, unit) is { IsGone: false } state && BootClock.NowMs() <= deadline)
        {
            Release(bus, unit, state);
            Pause();
        }
    }

    // systemd tells only that a step failed, not why: what can be seen before is said in plain words.
    private static void RequireProgram(GuardOrder order)
    {
        Spawner.RequireProgram(order.Command[0]);
        if (!File.Exists(order.Command[0]))
        {
            throw new GuardException($"{order.Command[0]} could not be started: no such file. Is its package installed on this node, is the path right?");
        }

        if (!Directory.Exists(order.WorkingDirectory))
        {
            throw new GuardException($"The working directory {order.WorkingDirectory} cannot be entered: no such folder.");
        }

        if (order.User.Length > 0)
        {
            _ = Spawner.RequireUser(order.User);
        }
    }

    private static void Pause() => _ = Sys.Poll([], 0, PaceMs);
}
