using Pryv.Internal.V1;

namespace Pryvd.Guard;

/// <summary>What an end is called.</summary>
internal static class RunEnds
{
    /// <param name="exit">Null for a run that is not the guard's child: then its exit code cannot be known.</param>
    public static GuardEnd Of(Run run, (int? ExitCode, int Signal)? exit, FenceCause killed, long nowBootMs)
    {
        var end = new GuardEnd { Cause = CauseOf(run, exit is not null, killed), Signal = exit?.Signal ?? 0, EndedBootMs = nowBootMs };
        if (exit?.ExitCode is { } code)
        {
            end.ExitCode = code;
        }

        return end;
    }

    public static GuardEnd Lost(long nowBootMs) => new() { Cause = GuardEndCause.Lost, EndedBootMs = nowBootMs };

    public static string Words(GuardEnd end) =>
        end.Cause.ToString().ToLowerInvariant()
        + (end.HasExitCode ? $", exit code {end.ExitCode}" : end.Signal > 0 ? $", signal {end.Signal}" : ", exit code not known");

    private static GuardEndCause CauseOf(Run run, bool isKnown, FenceCause killed) =>
        killed == FenceCause.Lease ? GuardEndCause.Fenced
        : run.Record.StopAsked ? GuardEndCause.Stopped
        : isKnown ? GuardEndCause.Exited
        : GuardEndCause.Lost;
}
