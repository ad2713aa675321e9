namespace Simulation;

/// <summary>One operation on a register as its client saw it.</summary>
/// <param name="Key">The register.</param>
/// <param name="IsWrite">Whether <paramref name="Value"/> was written; it was read otherwise.</param>
/// <param name="Value">The value; no two writes have the same.</param>
/// <param name="Before">What a write replaced; null when its reply never came.</param>
/// <param name="Begin">When it was asked for.</param>
/// <param name="End">When its answer came; <see cref="long.MaxValue"/> when it never did, it may take effect at any time then.</param>
public sealed record Operation(int Key, bool IsWrite, long Value, long? Before, long Begin, long End)
{
    public bool IsOpen => End == long.MaxValue;

    public override string ToString() =>
        $"{Begin}..{(IsOpen ? "?" : End)} {(IsWrite ? $"writes {Value} over {Before?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}" : $"reads {Value}")}";
}
