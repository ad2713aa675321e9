using System.CommandLine;
using Pryvd.Cli;
using Pryvd.Cli.Parsing;

namespace Pryvd.Tests.Cli;

/// <summary>All commands, for tests that hold for each.</summary>
internal static class Tree
{
    public static RootCommand Root()
    {
        var terminal = new Terminal { Out = TextWriter.Null, Error = TextWriter.Null, In = Stream.Null };
        return CommandTree.Create(terminal, new CliParts((_, _, _) => Task.FromResult(0), _ => 0, new FakeSnapshots()));
    }

    public static IEnumerable<Verb> Verbs() => Below(Root()).Select(pair => pair.Verb);

    public static IEnumerable<string> Paths() => Below(Root()).Select(pair => pair.Path);

    private static IEnumerable<(string Path, Verb Verb)> Below(Command command, string path = "") =>
        command.Subcommands.OfType<Verb>().SelectMany(verb => verb.Subcommands.Count > 0
            ? Below(verb, $"{path}{verb.Name} ")
            : [($"{path}{verb.Name}", verb)]);
}
