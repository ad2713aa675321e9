using System.Globalization;
using System.Text.RegularExpressions;

namespace Benchmarks.Flushing;

/// <summary>Reads what strace wrote with -f -ttt -T: every flush, those that another thread's line cut in two, too.</summary>
internal static partial class StraceLog
{
    public static List<Interval> Flushes(IEnumerable<string> lines)
    {
        var flushes = new List<Interval>();
        var unfinished = new Dictionary<string, long>();
        foreach (var match in lines.Select(l => Line().Match(l)).Where(m => m.Success))
        {
            var (thread, time) = (match.Groups["thread"].Value, Micros(match.Groups["time"].Value));
            if (match.Groups["unfinished"].Success)
            {
                unfinished[thread] = time;
            }
            else if (match.Groups["resumed"].Success)
            {
                // Its line is stamped at the end of the call. A call that began before strace came is of no use.
                flushes.AddRange(unfinished.Remove(thread, out var began) ? [new Interval(began, time)] : []);
            }
            else
            {
                flushes.Add(new Interval(time, time + Micros(match.Groups["took"].Value)));
            }
        }

        return flushes;
    }

    private static long Micros(string seconds) => (long)(decimal.Parse(seconds, CultureInfo.InvariantCulture) * 1_000_000);

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<time>\d+\.\d+) ((?<resumed><\.\.\. )?)f(data)?sync((?<unfinished>\(\d+ <unfinished \.\.\.>)|.*\)\s+= 0 <(?<took>[\d.]+)>)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
