using System.Text;

namespace Pryvd.Cli.Completion;

/// <summary>Walks the words so far down the tree of commands, then offers what may follow; files after an option with a value.</summary>
internal static class BashCompletion
{
    public static string Script(CompletionWords words)
    {
        var script = new StringBuilder();
        script.Append("""
            # bash completion for pryvd: source <(pryvd completion bash)
            _pryvd_words() {
              case "$1" in

            """);
        foreach (var place in words.Places)
        {
            var commands = string.Join(' ', place.Commands.Select(word => word.Text));
            var options = string.Join(' ', place.Options.Select(word => word.Text));
            script.Append($"    '{place.Path}') commands='{commands}'; options='{options}' ;;\n");
        }

        script.Append("""
                *) return 1 ;;
              esac
            }
            _pryvd_values() {
              case "$1" in

            """);
        foreach (var (option, values) in ShellText.Valued(words))
        {
            script.Append($"    {option}) values='{values}' ;;\n");
        }

        return script.Append(Walk).ToString();
    }

    private const string Walk = """
            *) return 1 ;;
          esac
        }
        _pryvd() {
          local commands='' options='' values='' path='' current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" i next
          for ((i = 1; i < COMP_CWORD; i++)); do
            next="${path:+$path }${COMP_WORDS[i]}"
            _pryvd_words "$next" && path="$next"
          done
          _pryvd_words "$path"
          COMPREPLY=()
          if _pryvd_values "$previous"; then
            if [[ $values ]]; then COMPREPLY=($(compgen -W "$values" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi
          elif [[ $current == -* ]]; then
            COMPREPLY=($(compgen -W "$options" -- "$current"))
          elif [[ $commands ]]; then
            COMPREPLY=($(compgen -W "$commands" -- "$current"))
          else
            COMPREPLY=($(compgen -f -- "$current"))
          fi
        }
        complete -o filenames -F _pryvd pryvd

        """;
}
