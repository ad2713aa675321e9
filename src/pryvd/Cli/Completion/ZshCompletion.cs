using System.Text;

namespace Pryvd.Cli.Completion;

/// <summary>As bash's, with descriptions.</summary>
internal static class ZshCompletion
{
    public static string Script(CompletionWords words)
    {
        var script = new StringBuilder();
        script.Append("""
            #compdef pryvd
            # zsh completion for pryvd: pryvd completion zsh > a folder of $fpath/_pryvd
            _pryvd_words() {
              case "$1" in

            """);
        foreach (var place in words.Places)
        {
            script.Append($"    '{place.Path}') commands=({Described(place.Commands)}); options=({Described(place.Options)}) ;;\n");
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
            script.Append($"    {option}) values=({values}) ;;\n");
        }

        return script.Append(Walk).ToString();
    }

    private static string Described(IEnumerable<CompletionWords.Word> words) =>
        string.Join(' ', words.Select(word => $"'{word.Text}:{ShellText.Quoted(word.Description)}'"));

    private const string Walk = """
            *) return 1 ;;
          esac
        }
        _pryvd() {
          local path_so_far='' next i
          local -a commands options values
          for ((i = 2; i < CURRENT; i++)); do
            next="${path_so_far:+$path_so_far }${words[i]}"
            _pryvd_words "$next" && path_so_far="$next"
          done
          _pryvd_words "$path_so_far"
          if _pryvd_values "${words[CURRENT-1]}"; then
            if (( ${#values} )); then compadd -a values; else _files; fi
          elif [[ ${words[CURRENT]} == -* ]]; then
            _describe option options
          elif (( ${#commands} )); then
            _describe command commands
          else
            _files
          fi
        }
        if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _pryvd "$@"; else compdef _pryvd pryvd; fi

        """;
}
