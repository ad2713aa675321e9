using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EndToEnd.Harness;

/// <summary>The program under test, as it lies beside the tests.</summary>
internal static class PryvdProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly string Binary = Path.Combine(AppContext.BaseDirectory, "pryvd");

    /// <summary>Starts it with its streams redirected and nothing of this environment that would configure it.</summary>
    /// <param name="arguments">Of the program.</param>
    /// <param name="environment">What is set besides.</param>
    /// <param name="entrance">A program, with its arguments, that becomes this one.</param>
    public static Process Start(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? entrance = null)
    {
        string[] line = [.. entrance ?? [], Binary, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PRYVD_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        // The tests may run under a runtime that is not installed for the whole machine.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{Binary} did not start");
    }

    /// <summary>Runs a command of the CLI to its end.</summary>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(arguments, environment);
        var line = "pryvd " + string.Join(' ', arguments.Select(a => a.Length > 200 ? a[..200] + "…" : a));
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await WriteAsync(process, input);
            await process.WaitForExitAsync(patience.Token);
            return new CommandResult(line, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"'{line}' did not end within {Patience.TotalSeconds} s");
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input; its exit code says whether it should have.
        }
    }
}
