using System.Globalization;

namespace Pryv.Grpc.Wire;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit.</summary>
internal static class TimeoutHeader
{
    private const long MaxDigits = 99_999_999;

    // From fine to coarse, with the length of each unit in ticks of 100 ns; nanoseconds are only ever read.
    private static readonly (char Unit, long Ticks)[] _units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>Writes a timeout in the finest unit that fits, rounded up so that the server never gives up first.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, 1);
        foreach (var (unit, length) in _units)
        {
            var count = (ticks - 1) / length + 1;
            if (count <= MaxDigits)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        return $"{MaxDigits}H";
    }

    public static bool TryDecode(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        if (text[^1] == 'n')
        {
            timeout = TimeSpan.FromTicks((count + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);
            return true;
        }

        var unit = Array.Find(_units, candidate => candidate.Unit == text[^1]);
        timeout = TimeSpan.FromTicks(count * unit.Ticks);
        return unit.Ticks != 0;
    }
}
