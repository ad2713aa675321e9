using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli;

namespace Pryvd.Tests.Cli;

/// <summary>The JSON that scripts rely on (design.md, section 9): names, order and types.</summary>
public sealed class JsonShapeTests
{
    private const long Moment = 1_763_690_400_123;
    private const string Rfc = "2025-11-21T02:00:00.123Z";

    [Fact]
    public async Task Token_create_has_token_id_and_expires()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<CreateTokenRequest>(_ => new CreateTokenReply { Token = "t", Id = "i", ExpiresMs = Moment, Role = "auto", JoinLine = "pryvd join" });
        await Prints(daemon, "token create --ttl 90m", $$"""{"token":"t","id":"i","expires":"{{Rfc}}","role":"auto","join_line":"pryvd join"}""");
        Assert.Equal((5400, "auto", "id-1"), (daemon.Of<CreateTokenRequest>()[0].TtlSeconds, daemon.Of<CreateTokenRequest>()[0].Role, daemon.Of<CreateTokenRequest>()[0].RequestId));
    }

    [Theory]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("{\"b\":[1,null,\"é\"],\"a\":1.50}", "{\"b\":[1,null,\"é\"],\"a\":1.50}")]
    public async Task Var_get_has_a_json_value_and_not_a_string_of_json(string json, string printed)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<GetVarRequest>(request => new GetVarReply
        {
            Var = new Var { Key = request.Key, Scope = request.Scope, Json = json, Version = 3, Index = 9, TimeMs = Moment, Actor = "root@n1" },
            Info = new ReadInfo { AppliedIndex = 12, Stale = true, AgeMs = 40 },
        });
        await Prints(daemon, "var get a --scope node/n1 --stale", $$"""
            {"key":"a","value":{{printed}},"scope":"node/n1","version":3,"secret":false,"index":9,"time":"{{Rfc}}","actor":"root@n1","info":{"applied_index":12,"stale":true,"age_ms":40 } }
            """);
        Assert.True(daemon.Of<GetVarRequest>()[0].Mode.Stale);
    }

    [Theory]
    [InlineData("\"two\\nlines\"", "two\nlines\n")]
    [InlineData("25", "25\n")]
    [InlineData("{\"a\":1}", "{\"a\":1}\n")]
    public async Task Var_get_prints_a_string_bare_and_all_else_as_json(string json, string printed)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<GetVarRequest>(_ => new GetVarReply { Var = new Var { Json = json } });
        Assert.Equal(printed, (await CliRun.Of(daemon, "var", "get", "a")).Out.ToString());
    }

    [Fact]
    public async Task Raft_digest_has_index_and_digest()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<GetDigestRequest>(request => new GetDigestReply { Index = request.AtLeast + 1, Digest = "ab" });
        await Prints(daemon, "raft digest --at-least 41", """{"index":42,"digest":"ab"}""");
        Assert.Equal("42 ab\n", (await CliRun.Of(daemon, "raft", "digest", "--at-least", "41")).Out.ToString());
    }

    [Fact]
    public async Task Status_has_the_fields_of_the_contract_and_null_for_what_is_not_known()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<StatusRequest>(_ => StatusPageTests.Healthy());
        var run = await CliRun.Of(daemon, "status", "-o", "json");
        var json = JsonNode.Parse(run.Out.ToString())!.AsObject();
        string[] promised = ["cluster", "node", "leader", "term", "quorum", "commit_index", "applied_index", "members"];
        Assert.All(promised, name => Assert.True(json.ContainsKey(name), name));
        Assert.Equal(("prod", "n1", "n2", true, 120L), ((string?)json["cluster"], (string?)json["node"], (string?)json["leader"], (bool)json["quorum"]!, (long)json["commit_index"]!));
        Assert.Equal(["name", "id", "address", "role", "state", "leader"], json["members"]![0]!.AsObject().Select(pair => pair.Key).Take(6));
        Assert.Null(json["members"]![0]!["last_contact_ms"]);
        Assert.Null(json["problem"]);
    }

    [Fact]
    public async Task A_list_of_all_pages_is_one_document()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<ListVarsRequest>(request => new ListVarsReply
        {
            Vars = { new Var { Key = $"k{request.PageToken}", Scope = "cluster", Json = "1" } },
            NextPageToken = request.PageToken switch { "" => "2", "2" => "3", _ => "" },
            Info = new ReadInfo(),
        });
        var run = await CliRun.Of(daemon, "var", "list", "-o", "json");
        Assert.Equal(["k", "k2", "k3"], JsonNode.Parse(run.Out.ToString())!["vars"]!.AsArray().Select(var => (string?)var!["key"]));
    }

    [Fact]
    public async Task Init_prints_the_join_line_last_so_that_it_can_be_copied()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<InitRequest>(_ => new InitReply { ClusterId = "c1", Node = "n1", Token = "t", JoinLine = "pryvd join n1 --token-file FILE", RecoveryKeyFile = "/k" });
        var run = await CliRun.Of(daemon, "init", "--cluster", "prod", "--group", "eu", "--var", "rack=r1", "--var", "n=3");
        Assert.Equal(("prod", "eu"), (daemon.Of<InitRequest>()[0].ClusterName, daemon.Of<InitRequest>()[0].Group));
        Assert.Equal(("\"r1\"", "3"), (daemon.Of<InitRequest>()[0].Vars["rack"], daemon.Of<InitRequest>()[0].Vars["n"]));
        Assert.EndsWith("\nt\n\npryvd join n1 --token-file FILE\n", run.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("Recovery key: /k", run.Out.ToString(), StringComparison.Ordinal);
    }

    private static async Task Prints(FakeDaemon daemon, string line, string json)
    {
        var run = await CliRun.Of(daemon, [.. line.Split(' '), "-o", "json"]);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error.ToString()));
        var printed = System.Text.Json.JsonDocument.Parse(run.Out.ToString()).RootElement;
        Assert.Equal(json.Trim().Replace(" }", "}", StringComparison.Ordinal), Compact(printed));
    }

    private static string Compact(System.Text.Json.JsonElement element) => Pryvd.Cli.Printing.JsonText.Line(JsonNode.Parse(element.GetRawText())!);
}
