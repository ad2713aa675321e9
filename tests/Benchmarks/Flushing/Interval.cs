namespace Benchmarks.Flushing;

/// <summary>One fdatasync or fsync that succeeded, or one write of a client: when it began and ended, in microseconds of the wall clock.</summary>
internal readonly record struct Interval(long Began, long Ended)
{
    public bool Holds(Interval other) => Began <= other.Began && other.Ended <= Ended;
}
