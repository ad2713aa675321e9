using System.Globalization;

namespace Pryvd.Cli.Parsing;

/// <summary>Durations as people write them: 500ms, 10s, 5m, 24h, 7d, 1h30m; a bare number is seconds.</summary>
internal static class DurationText
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3660);

    private static readonly (string Unit, double Milliseconds)[] _units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            if (!TryPart(ref rest, bareIsSeconds: rest.Length == text.Length, out var milliseconds)
                || milliseconds > _longest.TotalMilliseconds)
            {
                return false;
            }

            duration += TimeSpan.FromMilliseconds(milliseconds);
        }

        return duration > TimeSpan.Zero && duration <= _longest;
    }

    /// <summary>The shortest way to write a duration with one unit, rounded.</summary>
    public static string Of(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 1 => $"{duration.TotalMilliseconds:0} ms",
        < 120 => $"{duration.TotalSeconds:0.#} s",
        < 7200 => $"{duration.TotalMinutes:0} min",
        < 172_800 => $"{duration.TotalHours:0} h",
        _ => $"{duration.TotalDays:0} d",
    };

    private static bool TryPart(ref ReadOnlySpan<char> rest, bool bareIsSeconds, out double milliseconds)
    {
        var digits = rest.IndexOfAnyExcept("0123456789.");
        digits = digits < 0 ? rest.Length : digits;
        var letters = rest[digits..].IndexOfAny("0123456789.");
        var unit = letters < 0 ? rest[digits..].ToString() : rest[digits..(digits + letters)].ToString();
        var factor = unit == "" && bareIsSeconds ? 1_000 : Array.Find(_units, known => known.Unit == unit).Milliseconds;
        var isNumber = double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        milliseconds = number * factor;
        rest = rest[(digits + unit.Length)..];
        return isNumber && factor > 0 && double.IsFinite(milliseconds);
    }
}
