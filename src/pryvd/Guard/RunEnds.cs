using Pryv.Internal.V1;

namespace Pryvd.Guard;

/// <summary>What an end is called.</summary>
internal static class RunEnds
{
    /// <param name="exit">Null where it cannot be known: for a process that is not the guard's child, or a unit of which nothing is left.</param>
    public static GuardEnd Of(Run run, (int? ExitCode, int Signal)? exit, FenceCause killed, long nowBootMs, bool isOutOfMemory = false)
    {
        var end = new GuardEnd { Cause = CauseOf(run, exit is not null, killed, isOutOfMemory), Signal = exit?.Signal ?? 0, EndedBootMs = nowBootMs };
        if (exit?.ExitCode is { } code)
        {
            end.ExitCode = code;
        }

        return end;
    }

    public static GuardEnd Lost(long nowBootMs) => new() { Cause = GuardEndCause.Lost, EndedBootMs = nowBootMs };

    public static string Words(GuardEnd end) =>
        (end.Cause == GuardEndCause.OutOfMemory ? "out of memory" : end.Cause.ToString().ToLowerInvariant())
        + (end.HasExitCode ? $", exit code {end.ExitCode}" : end.Signal > 0 ? $", signal {end.Signal}" : ", exit code not known");

    private static GuardEndCause CauseOf(Run run, bool isKnown, FenceCause killed, bool isOutOfMemory) =>
        killed == FenceCause.Lease ? GuardEndCause.Fenced
        : run.Record.StopAsked ? GuardEndCause.Stopped
        : isOutOfMemory ? GuardEndCause.OutOfMemory
        : isKnown ? GuardEndCause.Exited
        : GuardEndCause.Lost;
}
