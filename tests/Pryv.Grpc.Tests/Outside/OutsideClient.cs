using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pryv.Grpc.Tests.Outside;

/// <summary>A gRPC client that this project did not write, run as a process of its own.</summary>
internal sealed record OutsideClient(string Program, string Script, string[] Probe)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    public static readonly OutsideClient Python = new("/usr/bin/python3", Source("clients/python/client.py"), ["-c", "import grpc"]);

    public static readonly OutsideClient Node = new(
        "node", Source("clients/node/client.js"), ["-e", $"process.chdir('{Source("clients/node")}'); require('@grpc/grpc-js')"]);

    /// <summary>Null when the client can run here, otherwise why it cannot.</summary>
    public string? MissingReason()
    {
        try
        {
            var (exitCode, output) = RunAsync(Probe).GetAwaiter().GetResult();
            return exitCode == 0 ? null : $"{Program} has no gRPC client; run tests/install-clients.sh. {output}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"{Program} cannot be run: {e.Message}. Run tests/install-clients.sh.";
        }
    }

    /// <summary>Runs all checks of the client against a server; what it prints is the message of a failure.</summary>
    public async Task AssertPassesAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync([Script, .. arguments]);

        Assert.True(exitCode == 0, output);
        Assert.Equal(17, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    private static string Source(string path, [CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "..", path));

    private async Task<(int ExitCode, string Output)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Script),
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(_patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
    }
}
