using System.Diagnostics;

namespace Pryvd.Peers.Links;

/// <summary>
/// Whether the process at the other end still takes what is sent: the kernel of a machine acknowledges for one that is frozen, for as long as
/// its buffers last, and when it thaws it would take minutes of old messages for news. Who takes messages says so with the first one that
/// comes a second or more after it said so last.
/// </summary>
internal sealed class LinkPulse(long openedAt)
{
    /// <summary>How often who takes messages says so at most.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>How long who sends waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A message is answered for certain if it is sent so long after the last answer was heard.</summary>
    private static readonly TimeSpan Certain = Pace + TimeSpan.FromMilliseconds(500);

    private long _answeredAt = openedAt;
    private long _askedAt;

    public void Answered(long now)
    {
        Volatile.Write(ref _answeredAt, now);
        Volatile.Write(ref _askedAt, 0);
    }

    /// <summary>False when nobody has taken what was sent for too long.</summary>
    /// <param name="now">In the unit of <see cref="Stopwatch.GetTimestamp"/>; a message is sent now.</param>
    public bool Sent(long now)
    {
        var askedAt = Volatile.Read(ref _askedAt);
        if (askedAt > 0)
        {
            return Stopwatch.GetElapsedTime(askedAt, now) < Patience;
        }

        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _answeredAt), now) >= Certain)
        {
            Volatile.Write(ref _askedAt, now);
        }

        return true;
    }
}
