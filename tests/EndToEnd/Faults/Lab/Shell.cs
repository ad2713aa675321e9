using System.Diagnostics;

namespace EndToEnd.Faults.Lab;

/// <summary>Runs the small programs that the lab is made of.</summary>
internal static class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "lab", name);

    /// <summary>Runs it to its end; what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var (code, text) = TryRun(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: exit code {code}\n{text}");
        return text;
    }

    public static (int ExitCode, string Text) TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {Patience.TotalSeconds} s");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
