using System.Text;

namespace Pryvd.Cli.Completion;

/// <summary>One line for each word, with the place where it may stand.</summary>
internal static class FishCompletion
{
    private const string Head = """
        # fish completion for pryvd: pryvd completion fish > ~/.config/fish/completions/pryvd.fish
        function __pryvd_at
            set -l words (commandline -opc)
            set -e words[1]
            set -l path
            for word in $words
                string match -q -- '-*' $word; or set -a path $word
            end
            set -l wanted (string split -n ' ' -- $argv[1])
            set -l depth (count $wanted)
            test $depth -eq 0; and test (count $path) -gt 0; and test "$argv[2]" = exact; and return 1
            test $depth -eq 0; and return 0
            test (count $path) -ge $depth; or return 1
            test "$argv[2]" = exact; and test (count $path) -ne $depth; and return 1
            test "$path[1..$depth]" = "$wanted"
        end
        complete -c pryvd -f

        """;

    public static string Script(CompletionWords words)
    {
        var script = new StringBuilder(Head);
        foreach (var place in words.Places)
        {
            Place(script, place);
        }

        return script.ToString();
    }

    private static void Place(StringBuilder script, CompletionWords.Place place)
    {
        foreach (var word in place.Commands)
        {
            script.Append($"complete -c pryvd -n \"__pryvd_at '{place.Path}' exact\" -a {word.Text} -d '{ShellText.Quoted(word.Description)}'\n");
        }

        foreach (var word in place.Options)
        {
            var value = word switch
            {
                { TakesValue: false } => "",
                { Values.Count: > 0 } => $" -x -a '{string.Join(' ', word.Values)}'",
                _ => " -r -F",
            };
            var name = word.Text.StartsWith("--", StringComparison.Ordinal) ? $"-l {word.Text[2..]}" : $"-s {word.Text[1..]}";
            script.Append($"complete -c pryvd -n \"__pryvd_at '{place.Path}'\" {name}{value} -d '{ShellText.Quoted(word.Description)}'\n");
        }
    }
}
