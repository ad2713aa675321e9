using System.Collections.Immutable;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>The crashes of an instance under one order, and what follows from them (H5): a pause that grows, and after too many the word "crash loop".</summary>
/// <param name="Streak">Crashes since a run last lasted for the whole window.</param>
/// <param name="Within">When the last ones came, as many as the window holds; on CLOCK_BOOTTIME.</param>
/// <param name="IsLoop">Stays until a run lasts for the whole window.</param>
/// <param name="NextAtMs">Not to be started before.</param>
public sealed record CrashBook(int Streak, ImmutableArray<long> Within, bool IsLoop, long NextAtMs)
{
    public static readonly CrashBook Empty = new(0, [], false, 0);

    /// <summary>As after so many crashes that it was called a loop: for a daemon that finds this recorded.</summary>
    public static CrashBook Looping(RestartPolicy policy) => new(policy.LoopCrashes, [], true, 0);

    public CrashBook Crashed(DriverInstance run, RestartPolicy policy)
    {
        var end = run.End!.EndedBootMs;
        var lasted = end - run.StartedBootMs >= policy.LoopWindowMs;
        var streak = lasted ? 1 : Streak + 1;
        ImmutableArray<long> within = [.. Within.Append(end).Where(at => at > end - policy.LoopWindowMs).TakeLast(policy.LoopCrashes)];
        return new CrashBook(
            streak, within, (IsLoop && !lasted) || within.Length >= policy.LoopCrashes, end + Backoff.Delay(streak, policy.FirstDelayMs, policy.LastDelayMs));
    }

    /// <summary>A looping instance is not believed to be well before it has lasted for this long: crashes at that pace would be no loop.</summary>
    public static int CalmMs(RestartPolicy policy) => policy.LoopWindowMs / Math.Max(1, policy.LoopCrashes);
}
