using System.Globalization;

namespace Benchmarks.Report;

/// <summary>The summary for people.</summary>
internal static class SummaryTable
{
    private const string Row = "{0,-24} {1,-8} {2,10} {3,10} {4,7} {5,15} {6,6} {7,6}  {8}";

    public static IEnumerable<string> Lines(IReadOnlyList<Summary> summaries, string ours, string theirs)
    {
        yield return Line("figure", "unit", ours, theirs, "ratio", "spread", "must", "aim", "");
        foreach (var s in summaries)
        {
            var goal = Goal.All.FirstOrDefault(g => g.Figure == s.Figure);
            var (must, aim) = goal is null ? ("", "") : ($"{Sign(goal)} {Number(goal.Must)}", $"{Sign(goal)} {Number(goal.Aim)}");
            var spread = s.Pairs == 0 ? "" : $"{Number(s.LeastRatio)} - {Number(s.MostRatio)}";
            yield return Line(s.Figure, s.Unit, Number(s.Ours), Number(s.Theirs), Number(s.Ratio), spread, must, aim, s.Verdict);
        }
    }

    private static string Sign(Goal goal) => goal.Better == Better.Higher ? "≥" : "≤";

    private static string Line(params object[] cells) => string.Format(CultureInfo.InvariantCulture, Row, cells).TrimEnd();

    private static string Number(double value) => value switch
    {
        double.NaN => "-",
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
