namespace Benchmarks.Report;

/// <summary>What a figure is held against.</summary>
/// <param name="Of">Whether it is the ratio to the other product's that counts, or the count itself.</param>
internal sealed record Goal(string Figure, GoalOf Of, Better Better, double Must, double Aim)
{
    public static IReadOnlyList<Goal> All { get; } =
    [
        new("write-64 rate", GoalOf.Ratio, Better.Higher, 1.5, 2.5),
        new("write-1 rate", GoalOf.Ratio, Better.Higher, 1.2, 1.5),
        new("write-256 rate", GoalOf.Ratio, Better.Higher, 1.5, 2.5),
        new("write-64 p99", GoalOf.Ratio, Better.Lower, 0.8, 0.4),
        new("read-64 rate", GoalOf.Ratio, Better.Higher, 3, 6),
        new("failover-kill median", GoalOf.Ratio, Better.Lower, 0.5, 0.3),
        new("failover-stop median", GoalOf.Ratio, Better.Lower, 0.5, 0.3),
        new("leader-changes terms", GoalOf.Value, Better.Lower, 0, 0),
        new("restart", GoalOf.Ratio, Better.Lower, 1, 0.7),
        new("cold-start median", GoalOf.Ratio, Better.Lower, 1, 0.6),
        new("memory fresh", GoalOf.Ratio, Better.Lower, 3, 2.3),
        new("memory full", GoalOf.Ratio, Better.Lower, 1, 0.7),
        new("idle processor time", GoalOf.Ratio, Better.Lower, 2, 1),
    ];

    /// <summary>What a reader wants to know first.</summary>
    public string Verdict(double figure) => (Reached(figure, Aim), Reached(figure, Must)) switch
    {
        (true, _) => "aim",
        (_, true) => "must",
        _ => "MISSED",
    };

    private bool Reached(double figure, double limit) => Better == Better.Higher ? figure >= limit : figure <= limit;
}
