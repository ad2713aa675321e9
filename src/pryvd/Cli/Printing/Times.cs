using System.Globalization;

namespace Pryvd.Cli.Printing;

/// <summary>Moments, which travel as milliseconds since 1970: RFC 3339 for scripts, local time for people.</summary>
internal static class Times
{
    public static string? Rfc3339(long milliseconds) => At(milliseconds) is { } time
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : null;

    public static string Local(long milliseconds, TimeZoneInfo zone) => At(milliseconds) is { } time
        ? TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "-";

    private static DateTimeOffset? At(long milliseconds)
    {
        // The year 9999, past which .NET has no dates.
        const long last = 253_402_300_799_999;
        return milliseconds is > 0 and <= last ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
