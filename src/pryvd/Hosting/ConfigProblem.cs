namespace Pryvd.Hosting;

/// <summary>Something in the configuration that cannot be used.</summary>
/// <param name="Where">File, line and column, or the flag, or the variable.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record ConfigProblem(string Where, string Message)
{
    public override string ToString() => $"{Where}: {Message}";
}
