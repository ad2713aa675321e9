using Benchmarks.Scenarios;

namespace Benchmarks;

/// <summary>Refuses options that no run can follow, before anything is started.</summary>
internal static class OptionsCheck
{
    private static readonly string[] Products = ["pryvd", "etcd"];

    // sun_path of struct sockaddr_un, less its closing zero, less the process id and number of a cluster and the name of a socket.
    private const int MaxDirectory = 107 - 24;

    /// <exception cref="BenchException">What is wrong and what would be right.</exception>
    public static void Check(BenchOptions options)
    {
        var scenarios = AllScenarios.List.Select(s => s.Name).ToArray();
        Must(options.Only.All(scenarios.Contains), $"--only takes {string.Join(", ", scenarios)}");
        Must(options.Products.Count > 0 && options.Products.All(Products.Contains), $"--products takes {string.Join(", ", Products)}");
        Must(options.Pairs is > 0 and <= 1_000, "--pairs takes 1 to 1000");
        Must(options.Faults is > 0 and <= 1_000, "--faults takes 1 to 1000");
        Must(options.Vars is > 0 and <= Pryvd.Commands.Limits.Vars, $"--vars takes 1 to {Pryvd.Commands.Limits.Vars}");
        Must(options.Span.TotalSeconds is > 0 and <= 3_600, "--seconds takes up to 3600");
        Must(options.WarmUp.TotalSeconds is >= 0 and <= 3_600, "--warmup takes up to 3600");
        Must(options.Directory.Length <= MaxDirectory, $"--dir takes a path of at most {MaxDirectory} characters, as sockets stand in it");
        Must(File.Exists(options.Pryvd), $"there is no program {options.Pryvd}; make publish builds it, or name one with --pryvd");
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BenchException(otherwise);
        }
    }
}
