using System.Diagnostics;

namespace Pryv.Consensus.Running;

/// <summary>
/// Turns monotonic time into ticks. A process that was suspended gets a few, not all that it missed: what waits in its
/// inbox may show that a leader is there, and must be looked at before it campaigns.
/// </summary>
internal sealed class TickClock(TimeSpan tick)
{
    private readonly long _step = (long)(tick.TotalSeconds * Stopwatch.Frequency);
    private long _next = Stopwatch.GetTimestamp() + (long)(tick.TotalSeconds * Stopwatch.Frequency);

    /// <summary>How long until a number of ticks are due, but never more than may be made up for at once; at least 1 unless they are.</summary>
    public int MillisecondsLeft(int ticks, int most)
    {
        var left = _next + ((Math.Min(ticks, most) - 1) * _step) - Stopwatch.GetTimestamp();
        return left <= 0 ? 0 : (int)Math.Max(1, left * 1000 / Stopwatch.Frequency);
    }

    /// <summary>The ticks that have passed, at most so many; the others are skipped.</summary>
    public int TakeTicks(int most)
    {
        var late = Stopwatch.GetTimestamp() - _next;
        if (late < 0)
        {
            return 0;
        }

        var ticks = 1 + (late / _step);
        _next += ticks * _step;
        return (int)Math.Min(ticks, most);
    }
}
