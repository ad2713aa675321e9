using Pryv.Internal.V1;
using Pryvd.Guard.Native;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Drivers;

/// <summary>Between the driver's words and those of the guard's socket.</summary>
internal static class GuardMessages
{
    public static GuardRequest RequestOf(StartOrder order) => order.Driver == Driver.Systemd
        ? new GuardRequest { StartUnit = UnitOrderOf(order) }
        : new GuardRequest { Start = OrderOf(order) };

    private static GuardUnitOrder UnitOrderOf(StartOrder order) => new()
    {
        Order = OrderOf(order),
        MemoryBytes = (long)order.Limits.MemoryMb << 20,
        CpuMillis = order.Limits.CpuMillis,
        Tasks = order.Limits.Tasks,
        StopSignal = PosixSignals.NumberOf(order.Stop.Signal),
        StopGraceMs = order.Stop.GraceMs,
    };

    private static GuardOrder OrderOf(StartOrder order)
    {
        var message = new GuardOrder
        {
            Component = order.Instance.Component,
            Ordinal = order.Instance.Ordinal,
            Generation = order.Generation,
            Run = order.Run,
            SpecVersion = order.SpecVersion,
            Restart = order.Restart,
            Command = { order.Command },
            Environment = { order.Environment.Select(v => $"{v.Key}={v.Value}") },
            WorkingDirectory = order.WorkingDirectory,
            User = order.User ?? "",
            LogFolder = order.LogFolder,
            LogFileBytes = order.Logs.FileBytes,
            LogFiles = order.Logs.Files,
        };
        if (order.LeaseEndBootMs is { } end)
        {
            message.LeaseEndBootMs = end;
        }

        return message;
    }

    public static DriverInstance InstanceOf(GuardRun run) => new(
        new InstanceId(run.Component, run.Ordinal), run.Generation, run.Run, run.SpecVersion, run.Restart, run.Pid, run.StartedBootMs,
        run.HasLeaseEndBootMs ? run.LeaseEndBootMs : null, run.End is { } end ? EndOf(end) : null);

    private static RunEnd EndOf(GuardEnd end) => new(
        end.Cause switch
        {
            GuardEndCause.Exited => RunEndCause.Exited,
            GuardEndCause.Stopped => RunEndCause.Stopped,
            GuardEndCause.Fenced => RunEndCause.Fenced,
            GuardEndCause.OutOfMemory => RunEndCause.OutOfMemory,
            _ => RunEndCause.Lost,
        },
        end.HasExitCode ? end.ExitCode : null, end.Signal, end.EndedBootMs);
}
