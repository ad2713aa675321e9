namespace Pryvd.Hosting;

/// <summary>Either options or all the problems that were found, never both.</summary>
public sealed record ConfigResult(DaemonOptions? Options, IReadOnlyList<ConfigProblem> Problems);
