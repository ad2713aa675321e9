using System.Text.Json.Nodes;
using Pryvd.Specs;
using Pryvd.Specs.Yaml;
using Pryvd.Tests.House;

namespace Pryvd.Tests.Specs;

/// <summary>The published schema is the parser's table, and takes what the parser takes.</summary>
public sealed class SchemaTests
{
    private static readonly string Published = Path.Combine(Repository.Root, "docs/component.schema.json");

    /// <summary>After a change of the table: PRYVD_WRITE_SCHEMA=1 makes the file anew.</summary>
    [Fact]
    public void The_published_schema_is_the_parsers_own_table()
    {
        if (Environment.GetEnvironmentVariable("PRYVD_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(Published, ComponentSchema.Text());
        }

        Assert.Equal(ComponentSchema.Text(), File.ReadAllText(Published));
    }

    [Fact]
    public void Every_example_is_right_by_the_parser_and_by_the_schema()
    {
        var examples = Examples().ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            var artifacts = SpecFiles.ArtifactPaths(example.Yaml).ToDictionary(path => path, _ => new ArtifactFacts(new string('a', 64), 1));
            Assert.Empty(SpecFiles.Read([new SpecFile(example.Name, example.Yaml, artifacts)]).Faults);
            Assert.All(Documents(example.Yaml), document => Assert.Empty(TinySchema.Problems(Schema, document)));
        });
    }

    [Theory]
    [InlineData("component: a")]
    [InlineData("component: a\ncommand: x")]
    [InlineData("component: a\ncommand: [x]\ncuont: 1")]
    [InlineData("component: a\ncommand: [x]\ncount: 1001")]
    [InlineData("component: a\ncommand: [x]\nhome: here")]
    [InlineData("component: a\ncommand: [x]\nports: { a: any }")]
    [InlineData("component: a\ncommand: [x]\nports: { a: 65536 }")]
    [InlineData("component: a\ncommand: [x]\nchecks: [{ every: 1s }]")]
    [InlineData("component: a\ncommand: [x]\nchecks: [{ tcp: p, http: / }]")]
    [InlineData("component: a\ncommand: [x]\nchecks: [{ tcp: p, every: 1 }]")]
    [InlineData("component: a\ncommand: [x]\nconstraints: [{ tag: a, is: b, not: c }]")]
    [InlineData("component: a\ncommand: [x]\nconstraints: [{ is: b }]")]
    [InlineData("component: a\ncommand: [x]\nresources: { memory: 1G }")]
    [InlineData("component: a\ncommand: [x]\nexclusive: maybe")]
    public void What_is_not_of_the_shape_is_refused_by_both(string yaml)
    {
        Assert.NotEmpty(Files.Read(yaml).Faults);
        Assert.NotEmpty(TinySchema.Problems(Schema, Assert.Single(Documents(yaml))));
    }

    private static JsonObject Schema => JsonNode.Parse(ComponentSchema.Text())!.AsObject();

    private static IEnumerable<(string Name, string Yaml)> Examples()
    {
        yield return ("full", Files.Full);
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs/components.md"));
        foreach (var (block, number) in manual.Split("```yaml\n").Skip(1).Select((block, number) => (block, number)))
        {
            yield return ($"docs/components.md, block {number}", block[..block.IndexOf("```", StringComparison.Ordinal)]);
        }

        // Beside them lie recipes of other tools.
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.y*ml", SearchOption.AllDirectories);
        foreach (var file in files.Where(file => File.ReadLines(file).Any(line => line.StartsWith("component:", StringComparison.Ordinal))))
        {
            yield return (file, File.ReadAllText(file));
        }
    }

    private static IEnumerable<JsonNode?> Documents(string yaml) => YamlTreeReader.Read("", yaml).Documents.Select(Json);

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Json(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Json)]),
        YamlText { IsNothing: true } => null,
        YamlText { IsPlain: true, Value: "true" or "false" } text => JsonValue.Create(text.Value == "true"),
        YamlText { IsPlain: true } text when decimal.TryParse(text.Value, System.Globalization.NumberStyles.AllowDecimalPoint, null, out var number) => JsonValue.Create(number),
        YamlText text => JsonValue.Create(text.Value),
        _ => throw new InvalidOperationException(),
    };
}
