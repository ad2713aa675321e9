using Benchmarks.Scenarios;

namespace Benchmarks.Report;

/// <summary>A figure over all pairs.</summary>
/// <param name="Ratio">The median of the pairs' ratios, ours to theirs; not a number where theirs is zero or was not run.</param>
internal sealed record Summary(string Figure, string Unit, double Ours, double Theirs, double Ratio, double LeastRatio, double MostRatio, int Pairs, string Verdict)
{
    public static IReadOnlyList<Summary> Of(IReadOnlyList<Sample> samples, string ours, string theirs) =>
        [.. samples.GroupBy(s => (s.Figure, s.Unit)).Select(g => Of(g.Key.Figure, g.Key.Unit, Values(g, ours), Values(g, theirs)))];

    private static Summary Of(string figure, string unit, Dictionary<int, double> ours, Dictionary<int, double> theirs)
    {
        var ratios = ours.Where(o => theirs.GetValueOrDefault(o.Key) > 0).Select(o => o.Value / theirs[o.Key]).ToArray();
        var (middle, ratio) = (Median.Of(ours.Values), Median.Of(ratios));
        var (least, most) = (ratios.DefaultIfEmpty(double.NaN).Min(), ratios.DefaultIfEmpty(double.NaN).Max());
        var goal = Goal.All.FirstOrDefault(g => g.Figure == figure);
        var judged = goal?.Of == GoalOf.Value ? ours.Values.DefaultIfEmpty(double.NaN).Max() : ratio;
        var verdict = goal is null || double.IsNaN(judged) ? "" : goal.Verdict(judged);
        return new Summary(figure, unit, middle, Median.Of(theirs.Values), ratio, least, most, ratios.Length, verdict);
    }

    private static Dictionary<int, double> Values(IEnumerable<Sample> samples, string product) =>
        samples.Where(s => s.Product == product).ToDictionary(s => s.Pair, s => s.Value);
}
