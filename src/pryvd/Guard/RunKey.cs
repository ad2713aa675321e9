using System.Globalization;
using Pryv.Internal.V1;

namespace Pryvd.Guard;

/// <summary>One start of one instance.</summary>
internal sealed record RunKey(string Component, int Ordinal, long Run)
{
    private const int MostNameCharacters = 64;

    /// <summary>Name of its files, and its mark in the environment of all its processes.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Component}.{Ordinal}.{Run}");

    public static RunKey Of(GuardRun run) => new(run.Component, run.Ordinal, run.Run);

    /// <summary>From its file name; null for anything else.</summary>
    public static RunKey? Parse(string fileName)
    {
        var parts = fileName.Split('.');
        return parts.Length >= 3
            && int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            && long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var run)
            ? new RunKey(string.Join('.', parts[..^2]), ordinal, run)
            : null;
    }

    /// <summary>Whether it can be a file name: nothing that comes in over the socket may name a path.</summary>
    public bool IsSound => Component.Length is > 0 and <= MostNameCharacters && Ordinal >= 0 && Run >= 0
        && Component.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && Component[0] != '.';

    public bool IsSameInstance(RunKey other) => Component == other.Component && Ordinal == other.Ordinal;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Component}/{Ordinal} (run {Run})");
}
