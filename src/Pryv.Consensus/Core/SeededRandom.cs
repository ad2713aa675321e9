namespace Pryv.Consensus.Core;

/// <summary>xorshift64* (Marsaglia 2003, Vigna 2014): the same seed gives the same numbers on every machine and every .NET version.</summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = Mix(seed);

    /// <summary>A number from 0 to <paramref name="exclusive"/> - 1.</summary>
    public int Next(int exclusive) => (int)(NextUnsigned() % (ulong)exclusive);

    public double NextDouble() => (NextUnsigned() >> 11) * (1.0 / (1UL << 53));

    public ulong NextUnsigned()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1DUL;
    }

    /// <summary>splitmix64's finalizer: neighbouring seeds start far apart, and none starts at zero.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        value ^= value >> 31;
        return value == 0 ? 1 : value;
    }
}
