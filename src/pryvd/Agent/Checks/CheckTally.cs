using Pryvd.Model.Components;

namespace Pryvd.Agent.Checks;

/// <summary>What the results of one check come to. Only turns count: so many failures in a row, so many successes in a row.</summary>
/// <param name="IsHealthy">Null until it has turned for the first time.</param>
/// <param name="Streak">Equal results in a row: above 0 successes, below 0 failures.</param>
public sealed record CheckTally(bool? IsHealthy, int Streak)
{
    public static readonly CheckTally New = new(null, 0);

    /// <param name="passed">The result.</param>
    /// <param name="starting">The instance is within its startup time, in which failures do not count.</param>
    /// <param name="check">Its thresholds.</param>
    public CheckTally With(bool passed, bool starting, CheckSpec check)
    {
        if (!passed && starting && IsHealthy is null)
        {
            return New;
        }

        var streak = passed ? Math.Max(0, Streak) + 1 : Math.Min(0, Streak) - 1;
        var isHealthy = streak >= check.Successes ? true : -streak >= check.Failures ? false : IsHealthy;
        return new CheckTally(isHealthy, Math.Clamp(streak, -check.Failures, check.Successes));
    }
}
