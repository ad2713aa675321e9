using System.Globalization;

namespace Pryvd.Specs;

/// <summary>Times, sizes and processor shares as people write them.</summary>
internal static class Quantities
{
    /// <summary>For JSON Schema; the same that <see cref="TryMilliseconds"/> takes.</summary>
    public const string TimePattern = "^[0-9]{1,9}(ms|s|m|h|d)$";

    public const string SizePattern = "^[0-9]{1,9}(B|KiB|MiB|GiB|TiB)$";

    public const string CpuPattern = "^[0-9]{1,9}m$|^[0-9]{1,6}(\\.[0-9]{1,3})?$";

    private static readonly (string Unit, long Factor)[] Times = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly (string Unit, long Factor)[] Sizes = [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    /// <summary>500ms, 10s, 5m, 24h or 7d. What does not fit an int is the largest int, which every bound refuses.</summary>
    public static bool TryMilliseconds(string text, out int milliseconds)
    {
        var isTime = TryParse(text, Times, out var value);
        milliseconds = (int)Math.Min(value, int.MaxValue);
        return isTime;
    }

    /// <summary>4096B, 64KiB, 256MiB, 2GiB or 1TiB.</summary>
    public static bool TryBytes(string text, out long bytes) => TryParse(text, Sizes, out bytes);

    /// <summary>Cores (2, 0.5) or thousandths of one (500m).</summary>
    public static bool TryCpuMillis(string text, out int millis)
    {
        millis = 0;
        if (text.EndsWith('m'))
        {
            return text.Length <= 10 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out millis);
        }

        var point = text.IndexOf('.');
        var (whole, fraction) = point < 0 ? (text, "0") : (text[..point], text[(point + 1)..]);
        if (whole.Length is 0 or > 6 || fraction.Length is 0 or > 3
            || !int.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out var cores)
            || !int.TryParse(fraction.PadRight(3, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var thousandths))
        {
            return false;
        }

        millis = (cores * 1_000) + thousandths;
        return true;
    }

    private static bool TryParse(string text, (string Unit, long Factor)[] units, out long value)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        value = 0;
        if (digits is <= 0 or > 9)
        {
            return false;
        }

        var factor = Array.Find(units, known => known.Unit == text[digits..]).Factor;
        value = long.Parse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture) * factor;
        return factor > 0;
    }
}
