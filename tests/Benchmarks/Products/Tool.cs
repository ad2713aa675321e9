using System.Diagnostics;
using EndToEnd.Harness;

namespace Benchmarks.Products;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    /// <returns>What it printed.</returns>
    /// <exception cref="BenchException">It could not be started or ended with a failure.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        CleanEnvironment.Give(start);
        using var process = Process.Start(start)!;
        Orphans.Adopt(process);
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var error = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? await output
            : throw new BenchException($"'{Path.GetFileName(program)} {string.Join(' ', arguments)}' ended with {process.ExitCode}: {await error}");
    }

    /// <summary>Where a program is found on the PATH; null when it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
}
