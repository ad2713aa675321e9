using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli;
using Pryvd.Cli.VarFiles;

namespace Pryvd.Tests.Cli;

public sealed class VarFileTests
{
    [Fact]
    public void A_file_becomes_assignments_with_json_values()
    {
        var read = VarFile.Read("""
            cluster:
              host: mail.example.com
              port: 25
              ratio: 1.50
              on: true
              off: "true"
              octal: 010
              none: ~
              limits: {users: 500, list: [a, 1, null]}
              key: !secret s3cret
            group/eu:
            node/n1:
              rack: r1
            """);
        Assert.Equal(
            ["cluster host \"mail.example.com\"", "cluster port 25", "cluster ratio 1.50", "cluster on true", "cluster off \"true\"", "cluster octal 10",
             "cluster none null", "cluster limits {\"users\":500,\"list\":[\"a\",1,null]}", "cluster key \"s3cret\" secret", "node/n1 rack \"r1\""],
            read.Select(var => $"{var.Scope} {var.Key} {var.Json}{(var.Secret ? " secret" : "")}"));
    }

    [Theory]
    [InlineData("cluster:\n  a: 1\n  a: 2", "line 3, column 3: 'a' stands in cluster for the second time.")]
    [InlineData("moon:\n  a: 1", "line 1, column 1: 'moon' is no scope")]
    [InlineData("cluster:\n  a: !secret \"***\"", "line 2, column 3: 'a' is a masked secret")]
    [InlineData("cluster:\n  a: &x 1\n  b: *x", "line 3, column 6: '*x' is an alias")]
    [InlineData("cluster:\n  a: [1, 2", "this is not YAML")]
    [InlineData("cluster:\n  a: !binary x", "line 2, column 6: the tag !binary is unknown")]
    [InlineData("cluster:\n  a: {b: !secret x}", "!secret goes before the whole value")]
    [InlineData("cluster:\n  a: {b: 1, b: 2}", "line 2, column 13: 'b' stands here for the second time.")]
    [InlineData("cluster:\n  a: .inf", "line 2, column 6: '.inf' has no form in JSON")]
    [InlineData("cluster: 5", "line 1, column 10: cluster must hold keys with values.")]
    [InlineData("- a", "line 1, column 1: the file must hold scopes")]
    [InlineData("cluster: {}\n---\ncluster: {}", "there is a second document")]
    [InlineData("? [a]\n: 1", "a scope or key must be a word.")]
    public void What_is_wrong_is_told_with_line_and_column(string yaml, string said)
    {
        var refused = Assert.Throws<CliException>(() => VarFile.Read(yaml));
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{}\n")]
    [InlineData("~")]
    public void An_empty_file_sets_nothing(string yaml) => Assert.Empty(VarFile.Read(yaml));

    [Fact]
    public void Depth_and_count_are_bounded()
    {
        Assert.Throws<CliException>(() => VarFile.Read("cluster:\n  a: " + new string('[', 100) + new string(']', 100)));
        var many = string.Concat(Enumerable.Range(0, VarFile.MaxVars + 1).Select(i => $"  k{i}: 1\n"));
        Assert.Contains("more than", Assert.Throws<CliException>(() => VarFile.Read("cluster:\n" + many)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_exported_is_imported_as_the_same()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var vars = Enumerable.Range(0, random.Next(1, 6)).Select(i => new Var
            {
                Scope = random.Next(2) == 0 ? "cluster" : "node/n1",
                Key = $"k{i}",
                Json = Value(random, 0)?.ToJsonString() ?? "null",
                Secret = random.Next(4) == 0,
            }).OrderBy(var => var.Scope, StringComparer.Ordinal).ThenBy(var => var.Key, StringComparer.Ordinal).ToList();
            var yaml = VarFile.Write(vars);
            var read = VarFile.Read(yaml);
            Assert.Equal(vars.Select(var => (var.Scope, var.Key, var.Json, var.Secret)), read.Select(var => (var.Scope, var.Key, var.Json, var.Secret)));
            Assert.Equal(yaml, VarFile.Write(vars.AsEnumerable().Reverse()));
        }
    }

    private static JsonNode? Value(Random random, int depth) => random.Next(depth > 2 ? 6 : 8) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.Next(-1000, 1000)),
        3 => JsonNode.Parse(_numbers[random.Next(_numbers.Length)]),
        4 or 5 => JsonValue.Create(Text(random)),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(3)).Select(i => KeyValuePair.Create($"{Text(random)}{i}", Value(random, depth + 1)))),
    };

    private static readonly string[] _numbers = ["0.1", "1.50", "-0", "1e400", "12345678901234567890123", "1E+2"];

    private static readonly string[] _texts =
        ["true", "null", "~", "", " ", "1", "0x1f", "1_000", ".inf", "- a", "a: b", "# c", "'", "\"", "\\", "line\nbreak\n", "\ttab", "é", "日本", "😀",
         "\u0000\u001b", "\u2028\u0085", "\ufeff", "!secret x", "*a", "&a", "%x", "@x", "`", "|", ">", "{a}", "[a]", "no", "2026-11-21", "a\r\nb", "---", "...", "?", "a #b"];

    private static string Text(Random random) => random.Next(3) == 0 ? _texts[random.Next(_texts.Length)] + _texts[random.Next(_texts.Length)] : _texts[random.Next(_texts.Length)];
}
