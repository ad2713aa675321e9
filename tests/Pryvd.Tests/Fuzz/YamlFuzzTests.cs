using System.Text;
using Pryvd.Cli;
using Pryvd.Cli.VarFiles;
using Pryvd.Hosting;

namespace Pryvd.Tests.Fuzz;

/// <summary>A configuration or a file of variables is read, or what is wrong with it is said.</summary>
[Trait("Category", "Fuzz")]
public sealed class YamlFuzzTests
{
    private static readonly string[] Pieces =
    [
        "name: n1\n", "listen: 127.0.0.1:7411\n", "tags:\n  a: b\n", "peers:\n  - x:1\n  - \"y\"\n", "data_dir: /d\n", "- ", ": ", "\n", "  ", "\t", "&a ", "*a ", "!!int ",
        "!<tag:x> ", "|\n  text\n", ">-\n  text\n", "{a: b, c: [1, 2]}", "[", "]", "{", "}", "'", "\"", "\\", "\"\\x41\\u263a\"", "#c\n", "---\n", "...\n", "%YAML 1.9\n", "? ", "<<: ",
        "null", "~", "1e999", "0x7fffffffffffffffffff", "\u0000", "\ud800", "\ufeff", "😀", "name: [x, {y: z}]\n", "cluster:\n  k: 1\n", "vars:\n", "a: &x [*x]\n",
    ];

    [Fact]
    public Task Any_configuration_is_read_or_its_problems_are_said() => FuzzRuns.EachAsync(3000, random =>
    {
        var (settings, problems) = ConfigFile.Read("f", Text(random));
        Assert.NotNull(settings);
        Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
    });

    [Fact]
    public Task Any_file_of_variables_is_read_or_refused() => FuzzRuns.EachAsync(3000, random =>
    {
        var thrown = Record.Exception(() => new VarFileReader(Text(random)).Read());
        Assert.True(thrown is null or CliException, $"{thrown}");
    });

    private static string Text(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        return random.Next(2) == 0 ? text : Encoding.UTF8.GetString(Mutated.Of(Encoding.UTF8.GetBytes(text), random));
    }
}
