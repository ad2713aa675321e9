using System.CommandLine;

namespace Pryvd.Cli.Completion;

/// <summary>What may follow each command, taken from the tree: scripts hold it as a list, so that Tab starts no program.</summary>
internal sealed record CompletionWords(IReadOnlyList<CompletionWords.Place> Places)
{
    /// <summary>A command by its path ("" for the root, "var set"), the commands below it and its options.</summary>
    public sealed record Place(string Path, IReadOnlyList<Word> Commands, IReadOnlyList<Word> Options);

    /// <summary>A word, what it means, and the values that it takes where they are few.</summary>
    public sealed record Word(string Text, string Description, bool TakesValue, IReadOnlyList<string> Values);

    public static CompletionWords Of(RootCommand root)
    {
        var everywhere = root.Options.Where(option => option.Recursive).Select(OfOption).ToList();
        var places = new List<Place>();
        Visit(root, "", everywhere, places);
        return new CompletionWords(places);
    }

    private static void Visit(Command command, string path, List<Word> everywhere, List<Place> places)
    {
        var below = command.Subcommands.Where(verb => !verb.Hidden).ToList();
        var own = command is RootCommand ? [] : command.Options.Select(OfOption);
        places.Add(new Place(path, [.. below.Select(OfCommand), .. Values(command)], [.. own, .. everywhere]));
        foreach (var verb in below)
        {
            Visit(verb, path == "" ? verb.Name : $"{path} {verb.Name}", everywhere, places);
        }
    }

    private static Word OfCommand(Command command) => new(command.Name, command.Description ?? "", TakesValue: false, []);

    private static IEnumerable<Word> Values(Command command) => command.Arguments
        .SelectMany(argument => argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty))
        .Select(value => new Word(value.Label, "", TakesValue: false, []));

    private static Word OfOption(Option option)
    {
        var takesValue = option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;
        string[] values = takesValue ? [.. option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(value => value.Label)] : [];
        return new Word(option.Name, option.Description ?? "", takesValue, values);
    }
}
