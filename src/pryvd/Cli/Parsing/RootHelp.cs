using System.CommandLine;

namespace Pryvd.Cli.Parsing;

/// <summary>What `pryvd` alone prints: all nouns, in the order in which an operator meets them.</summary>
internal static class RootHelp
{
    private static readonly (string Title, string[] Names)[] _groups =
    [
        ("Begin", ["dev", "init", "join", "leave", "token"]),
        ("Look", ["status", "node", "event"]),
        ("What runs", ["component", "route", "logs"]),
        ("Set", ["var"]),
        ("Keep and repair", ["snapshot", "raft"]),
        ("The daemon and this tool", ["run", "guard", "check-config", "completion", "version"]),
    ];

    public static int Print(RootCommand root, TextWriter output)
    {
        output.WriteLine("pryvd: a cluster that remembers. One program is daemon and command line.");
        output.WriteLine("\nUsage: pryvd NOUN [VERB] [ARGUMENTS] [OPTIONS]      pryvd NOUN --help says more");
        foreach (var (title, names) in _groups)
        {
            output.WriteLine($"\n{title}:");
            foreach (var command in root.Subcommands.Where(command => names.Contains(command.Name)))
            {
                output.WriteLine($"  {command.Name,-14}{command.Description}");
            }
        }

        output.WriteLine("\nOptions for all:");
        foreach (var option in root.Options.Where(option => option is { Recursive: true, Description.Length: > 0 }))
        {
            output.WriteLine($"  {option.Name,-14}{option.Description}");
        }

        output.WriteLine(ExitCodes);
        return ExitCode.Done;
    }

    private static string ExitCodes
    {
        get
        {
            var lines = ExitCode.Meanings.Select(m => $"{m.Code} {m.Meaning}").Chunk(3).Select(line => string.Join(" · ", line));
            return "\nExit codes: " + string.Join("\n            ", lines);
        }
    }
}
