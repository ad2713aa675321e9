using System.Diagnostics;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>The script of bash, run by a real one.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("pryvd ", "init join status var", "create")]
    [InlineData("pryvd sta", "status", "var")]
    [InlineData("pryvd var ", "set get list history delete resolve watch import export", "status")]
    [InlineData("pryvd var s", "set", "get")]
    [InlineData("pryvd var set --s", "--scope --string --secret --socket", "--reveal")]
    [InlineData("pryvd -o json var g", "get", "set")]
    [InlineData("pryvd status -", "--stale --output --socket --timeout --help", "--yes")]
    [InlineData("pryvd status --output ", "table json", "--stale")]
    [InlineData("pryvd token create --role ", "auto voter observer witness", "--ttl")]
    [InlineData("pryvd completion ", "bash zsh fish", "status")]
    public async Task Bash_completes_nouns_verbs_options_and_values(string line, string offered, string notOffered)
    {
        var words = await Complete(line);
        Assert.Superset(offered.Split(' ').ToHashSet(), words.ToHashSet());
        Assert.DoesNotContain(notOffered, words);
    }

    [Theory]
    [InlineData("zsh", "#compdef pryvd")]
    [InlineData("fish", "complete -c pryvd -n \"__pryvd_at 'var' exact\" -a set")]
    public async Task The_other_shells_get_their_script(string shell, string line)
    {
        var run = await CliRun.Of(null, "completion", shell);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(line, run.Out.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string[]> Complete(string line)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("script"), (await CliRun.Of(null, "completion", "bash")).Out.ToString());
        var words = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));
        var ask = $"set -u; source '{folder.In("script")}'; COMP_WORDS=({words}); COMP_CWORD={line.Split(' ').Length - 1}; _pryvd; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash") { ArgumentList = { "--norc", "-c", ask }, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var output = await bash.StandardOutput.ReadToEndAsync(deadline.Token);
        Assert.Equal("", await bash.StandardError.ReadToEndAsync(deadline.Token));
        await bash.WaitForExitAsync(deadline.Token);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
