using System.CommandLine;
using System.CommandLine.Parsing;

namespace Pryvd.Cli.Parsing;

/// <summary>Options that several verbs have, made anew for each.</summary>
internal static class Flags
{
    public static Option<bool> Stale() => new("--stale")
    {
        Description = "Take this node's own copy, without a leader; the answer says how old it is",
    };

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask" };

    public static Option<bool> Reveal() => new("--reveal") { Description = "Show secrets instead of ***" };

    public static Option<string> Scope() => Scope("--scope", "cluster, group/G, node/N or component/C [default: cluster]");

    public static Option<string> Scope(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "SCOPE" };
        option.Validators.Add(result => Check(result, ScopeText.Problem));
        return option;
    }

    public static Option<long?> IfVersion() => new("--if-version")
    {
        Description = "Only if the variable has this version; 0: only if it does not exist",
        HelpName = "V",
        Validators = { result => Check(result, VersionProblem) },
    };

    public static Option<string> Group() => new("--group") { Description = "The node's host-group, remembered for good", HelpName = "G" };

    public static Option<string[]> Vars() => new("--var")
    {
        Description = "KEY=VALUE, remembered for good in scope node/NAME; may be repeated",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { result => CheckPairs(result) },
    };

    public static Option<string[]> Tags() => new("--tag")
    {
        Description = "KEY=VALUE; may be repeated",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { result => CheckPairs(result) },
    };

    public static Option<string> OneOf(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words) };
        option.CompletionSources.Add(words);
        option.Validators.Add(result => Check(result, text => NotOneOf(name, text, words)));
        return option;
    }

    public static string? NotOneOf(string name, string text, string[] words) =>
        words.Contains(text) ? null : $"'{text}' is nothing for {name}; it takes {string.Join(", ", words[..^1])} or {words[^1]}.";

    public static Option<TimeSpan?> Duration(string name, string description, bool recursive = false) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        Recursive = recursive,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DurationText.TryParse(text, out var duration))
            {
                return duration;
            }

            result.AddError($"'{text}' is no duration for {name}; write 500ms, 10s, 5m, 24h or 7d.");
            return null;
        },
    };

    public static void CheckPairs(SymbolResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.IndexOf('=') <= 0)
            {
                result.AddError($"'{token.Value}' is not KEY=VALUE.");
            }
        }
    }

    private static void Check(SymbolResult result, Func<string, string?> problemOf)
    {
        foreach (var token in result.Tokens)
        {
            if (problemOf(token.Value) is { } problem)
            {
                result.AddError(problem);
            }
        }
    }

    private static string? VersionProblem(string text) =>
        long.TryParse(text, out var version) && version >= 0 ? null : $"'{text}' is no version; write a number from 0 on.";
}
