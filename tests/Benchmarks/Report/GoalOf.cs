namespace Benchmarks.Report;

internal enum GoalOf
{
    Ratio,
    Value,
}
