namespace Pryvd.Specs;

/// <summary>What is wrong in a component file, where, and what to do. Line and column count from 1.</summary>
public sealed record SpecFault(string File, int Line, int Column, string Message)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}");
}
