using System.CommandLine;

namespace Pryvd.Cli.Parsing;

/// <summary>What every verb is made with: the world around it and the options that all have.</summary>
internal sealed class Kit(Terminal terminal, CliParts parts)
{
    public Terminal Terminal { get; } = terminal;

    public CliParts Parts { get; } = parts;

    public Option<string?> Output { get; } = OutputOption();

    public Option<string?> Socket { get; } = new("--socket")
    {
        Description = "The daemon's socket (PRYVD_SOCKET) [default: /run/pryvd/pryvd.sock]",
        HelpName = "PATH",
        Recursive = true,
    };

    public Option<TimeSpan?> Timeout { get; } = Flags.Duration(
        "--timeout", "How long to try, for example 500ms, 10s or 2m (PRYVD_TIMEOUT) [default: 10s; watches go on for ever]", recursive: true);

    private static Option<string?> OutputOption()
    {
        var option = Flags.OneOf("--output", "What to print (PRYVD_OUTPUT) [default: table]", "table", "json");
        option.Aliases.Add("-o");
        option.Recursive = true;
        return option!;
    }
}
