using System.CommandLine;
using Pryvd.Cli.Completion;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Verbs;

internal static class CompletionVerb
{
    public static Verb Create(Kit kit)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        shell.Validators.Add(result =>
        {
            if (Flags.NotOneOf("SHELL", result.Tokens[0].Value, ["bash", "zsh", "fish"]) is { } problem)
            {
                result.AddError(problem);
            }
        });
        return new Verb(
            "completion", "Print a script that completes commands and options",
            "source <(pryvd completion bash)", "pryvd completion zsh > ~/.zfunc/_pryvd", "pryvd completion fish > ~/.config/fish/completions/pryvd.fish") { shell }
        .Does(kit, call =>
        {
            var words = CompletionWords.Of(CommandTree.Create(call.Terminal, call.Parts));
            call.Terminal.Out.Write(call.Value(shell) switch
            {
                "bash" => BashCompletion.Script(words),
                "zsh" => ZshCompletion.Script(words),
                _ => FishCompletion.Script(words),
            });
            return Task.CompletedTask;
        });
    }
}
