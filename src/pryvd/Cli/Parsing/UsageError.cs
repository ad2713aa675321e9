using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Pryvd.Model;

namespace Pryvd.Cli.Parsing;

/// <summary>Finds what is wrong with a command line, and says it with the next best thing.</summary>
internal static class UsageError
{
    private const int MaxWord = 40;
    private const int MaxMessage = 300;

    public static CliException? In(ParseResult parsed, IReadOnlyList<string> args)
    {
        var isError = parsed.Action is ParseErrorAction;
        if (parsed.Action is not HelpWithExamples && UnknownWord(parsed, args) is { } word)
        {
            return Unknown(parsed, word);
        }

        return isError ? CliException.Usage(Message(parsed), SeeHelp(parsed)) : null;
    }

    // The parser takes an option that it does not know for an argument where one may stand; nobody means that.
    private static string? UnknownWord(ParseResult parsed, IReadOnlyList<string> args)
    {
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return parsed.UnmatchedTokens[0];
        }

        var beforeDashes = args.TakeWhile(arg => arg != "--").ToHashSet(StringComparer.Ordinal);
        return parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 1 && value[0] == '-' && beforeDashes.Contains(value));
    }

    private static CliException Unknown(ParseResult parsed, string word)
    {
        // What follows '=' may be a secret that was given to an option that does not exist.
        var shown = word.StartsWith('-') ? word.Split('=')[0] : word;
        shown = Clipped(shown, MaxWord);
        var kind = word.StartsWith('-') ? "option" : parsed.CommandResult.Command.Subcommands.Count > 0 ? "command" : "argument";
        var known = Words(parsed.CommandResult.Command, word.StartsWith('-')).ToList();
        return CliException.Usage($"'{PathOf(parsed)}' knows no {kind} '{shown}'.{Meant(shown, known)}", SeeHelp(parsed));
    }

    private static string Meant(string word, List<string> known) => known.Find(candidate => candidate.StartsWith(word, StringComparison.Ordinal)) switch
    {
        { } longer when word.Trim('-') != "" => $" Did you mean '{longer}'?",
        _ => known.Count == 0 ? "" : Nearest.Hint(word, known),
    };

    private static string Message(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isIncomplete = command.Subcommands.Count > 0 && command.Action is null;
        return isIncomplete
            ? $"'{PathOf(parsed)}' needs one of {string.Join(", ", command.Subcommands.Select(verb => verb.Name))}."
            : Clipped(parsed.Errors.Count > 0 ? parsed.Errors[0].Message : "The command line cannot be read.");
    }

    private static IEnumerable<string> Words(Command command, bool options)
    {
        var own = options ? command.Options.Select(option => option.Name) : command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name);
        var parents = options ? command.Parents.OfType<Command>().SelectMany(parent => Words(parent, options)) : [];
        return own.Concat(parents);
    }

    public static string SeeHelp(ParseResult parsed) => $"see '{PathOf(parsed)} --help'";

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent)
        {
            names.Push(command.Command is RootCommand ? "pryvd" : command.Command.Name);
        }

        return string.Join(' ', names);
    }

    private static string Clipped(string text, int longest = MaxMessage) => text.Length <= longest ? text : text[..longest] + "…";
}
