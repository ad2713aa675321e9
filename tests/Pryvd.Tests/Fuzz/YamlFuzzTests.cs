using System.Text;
using Pryvd.Cli;
using Pryvd.Cli.VarFiles;
using Pryvd.Hosting;
using Pryvd.Model.Components;
using Pryvd.Specs;

namespace Pryvd.Tests.Fuzz;

/// <summary>A configuration, a file of variables or of components is read, or what is wrong with it is said.</summary>
[Trait("Category", "Fuzz")]
public sealed class YamlFuzzTests
{
    private static readonly string[] Pieces =
    [
        "name: n1\n", "listen: 127.0.0.1:7411\n", "tags:\n  a: b\n", "peers:\n  - x:1\n  - \"y\"\n", "data_dir: /d\n", "- ", ": ", "\n", "  ", "\t", "&a ", "*a ", "!!int ",
        "!<tag:x> ", "|\n  text\n", ">-\n  text\n", "{a: b, c: [1, 2]}", "[", "]", "{", "}", "'", "\"", "\\", "\"\\x41\\u263a\"", "#c\n", "---\n", "...\n", "%YAML 1.9\n", "? ", "<<: ",
        "null", "~", "1e999", "0x7fffffffffffffffffff", "\u0000", "\ud800", "\ufeff", "😀", "name: [x, {y: z}]\n", "cluster:\n  k: 1\n", "vars:\n", "a: &x [*x]\n",
        "component: a\n", "command: [x, y]\n", "ports: { p: auto }\n", "checks:\n  - tcp: p\n", "environment:\n  A: ${PRYVD_NODE}\n", "count: 3\n", "artifact: build/core.tar.gz\n",
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

    /// <summary>Half of the texts begin as a good file, so that what is behind the parser is reached.</summary>
    [Fact]
    public Task Any_component_file_is_read_or_its_faults_are_told() => FuzzRuns.EachAsync(3000, random =>
    {
        var text = random.Next(2) == 0 ? Text(random) : Encoding.UTF8.GetString(Mutated.Of(Encoding.UTF8.GetBytes(Specs.Files.Full), random));
        var (specs, faults) = Specs.Files.Read(text);
        Assert.Equal(specs.Count == 0, faults.Count > 0);
        Assert.All(faults, fault => Assert.True(fault is { Line: > 0, Column: > 0, Message.Length: > 0 }, $"{fault}"));
        Assert.All(specs, spec => Assert.Equal(SpecJson.Write(spec), SpecJson.Write(SpecJson.Read(SpecJson.Write(spec)))));
        Assert.NotNull(SpecFiles.ArtifactPaths(text));
    });

    private static string Text(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        return random.Next(2) == 0 ? text : Encoding.UTF8.GetString(Mutated.Of(Encoding.UTF8.GetBytes(text), random));
    }
}
