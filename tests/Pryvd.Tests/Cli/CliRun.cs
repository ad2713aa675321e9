using System.Text;
using Pryvd.Cli;

namespace Pryvd.Tests.Cli;

/// <summary>Runs commands in this process.</summary>
internal sealed class CliRun(FakeDaemon? daemon)
{
    public Screen Out { get; } = new();

    public Screen Error { get; } = new();

    public byte[] Input { get; set; } = [];

    public bool CanAsk { get; set; }

    public bool OutIsTerminal { get; set; }

    public Dictionary<string, string> Environment { get; } = [];

    public FakeSnapshots Snapshots { get; } = new();

    public RunProbe Probe { get; } = new();

    public static async Task<CliRun> Of(FakeDaemon? daemon, params string[] args)
    {
        var run = new CliRun(daemon);
        await run.Go(args);
        return run;
    }

    public int ExitCode { get; private set; }

    public async Task<int> Go(string[] args, CancellationToken stop = default)
    {
        if (daemon is not null)
        {
            Environment.TryAdd("PRYVD_SOCKET", daemon.Socket);
        }

        var terminal = new Terminal
        {
            Out = Out,
            Error = Error,
            In = new MemoryStream(Input),
            CanAsk = CanAsk,
            OutIsTerminal = OutIsTerminal,
            Width = 120,
            Environment = Environment.GetValueOrDefault,
        };
        return ExitCode = await CommandLine.Run(args, terminal, new CliParts(Probe.Run, _ => 0, Snapshots), stop);
    }

    public CliRun Typing(string text)
    {
        Input = Encoding.UTF8.GetBytes(text);
        return this;
    }
}
