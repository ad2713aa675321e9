using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli;

/// <summary>From arguments to an exit code. Whatever goes wrong, a person reads a sentence, never a stack trace.</summary>
public static class CommandLine
{
    // There are no response files: '@' begins a value that stands in a file (var set).
    private static readonly ParserConfiguration _parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs a command in this process; the first SIGINT or SIGTERM asks it to end, the second ends the process.</summary>
    public static async Task<int> Run(string[] args, CliParts parts)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        return await Run(args, Terminal.OfProcess(), parts, stop.Token);
    }

    /// <summary>Runs a command against any streams.</summary>
    public static async Task<int> Run(IReadOnlyList<string> args, Terminal terminal, CliParts parts, CancellationToken stop)
    {
        try
        {
            var parsed = CommandTree.Create(terminal, parts, args.FirstOrDefault()).Parse(args, _parser);
            if (UsageError.In(parsed, args) is { } error)
            {
                return Report.Failure(terminal, error);
            }

            var streams = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(streams, stop);
        }
        catch (Exception e)
        {
            return Report.Failure(terminal, Failure.Of(e));
        }
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
}
