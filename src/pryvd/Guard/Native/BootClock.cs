namespace Pryvd.Guard.Native;

/// <summary>CLOCK_BOOTTIME: it counts while the machine is suspended, too, and nobody can set it.</summary>
internal static class BootClock
{
    public const int Number = 7;

    /// <summary>Milliseconds since the machine was booted.</summary>
    public static long NowMs()
    {
        _ = Sys.Now(Number, out var now);
        return (now.Seconds * 1000) + (now.Nanoseconds / 1_000_000);
    }
}
