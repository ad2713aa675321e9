using System.CommandLine;
using Pryvd.Cli;
using Pryvd.Cli.Manual;
using Pryvd.Hosting;

namespace Pryvd.Tests.Cli;

/// <summary>The manual is made of what --help is made of.</summary>
public sealed class ManTests
{
    [Fact]
    public async Task The_page_of_the_program_tells_of_every_command_and_option()
    {
        var page = (await CliRun.Of(null, "man", "pryvd")).Out.ToString();

        foreach (var path in Tree.Paths().Where(path => path != "man"))
        {
            Assert.Contains($"\n.SS pryvd {Escaped(path)}", page, StringComparison.Ordinal);
        }

        Assert.All(Tree.Verbs().SelectMany(verb => verb.Options).Where(o => !o.Hidden), option => Assert.Contains(Escaped(option.Name), page, StringComparison.Ordinal));
        Assert.DoesNotContain(".SS pryvd man", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_the_settings_tells_of_every_key_flag_and_variable()
    {
        var page = (await CliRun.Of(null, "man", "pryvd.yaml")).Out.ToString();

        Assert.All(SettingKey.All, key => Assert.All(
            [$"\\fB{key.Key}:\\fR", Escaped(key.Flag), key.Variable], text => Assert.Contains(text, page, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_roff_would_take_for_its_own_is_escaped()
    {
        var page = new ManText("x", 1).Paragraph(".SH is 'no' request\n\\fB-o").ToString();

        Assert.EndsWith(".PP\n\\&.SH is \\(aqno\\(aq request \\efB\\-o\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_page_is_refused()
    {
        var run = await CliRun.Of(null, "man", "ls");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("pryvd or pryvd.yaml", run.Error.ToString(), StringComparison.Ordinal);
    }

    private static string Escaped(string text) => text.Replace("-", "\\-", StringComparison.Ordinal);
}
