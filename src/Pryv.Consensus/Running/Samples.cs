namespace Pryv.Consensus.Running;

/// <summary>The newest durations of something, for percentiles; thread-safe.</summary>
public sealed class Samples(int capacity = 512)
{
    /// <summary>Of fewer, the slowest one alone would be the percentile: the first, for which a connection was made.</summary>
    public const int Fewest = 100;

    private readonly Lock _gate = new();
    private readonly double[] _milliseconds = new double[capacity];
    private long _count;

    public void Add(TimeSpan duration)
    {
        lock (_gate)
        {
            _milliseconds[_count++ % _milliseconds.Length] = duration.TotalMilliseconds;
        }
    }

    /// <summary>The duration that <paramref name="share"/> (0 to 1) of the samples do not exceed, in milliseconds; 0 while there are fewer than <see cref="Fewest"/>.</summary>
    public double Percentile(double share)
    {
        double[] sorted;
        lock (_gate)
        {
            sorted = _milliseconds[..(int)Math.Min(_count, _milliseconds.Length)];
        }

        Array.Sort(sorted);
        return sorted.Length < Fewest ? 0 : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }
}
