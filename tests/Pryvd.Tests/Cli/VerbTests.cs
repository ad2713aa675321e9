using Google.Protobuf;
using Pryv.V1;
using Pryvd.Cli;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Cli;

/// <summary>What each verb asks of the daemon.</summary>
public sealed class VerbTests
{
    [Theory]
    [InlineData("token list", """{ "mode": { } }""")]
    [InlineData("token revoke t1", """{ "requestId": "id-1", "id": "t1" }""")]
    [InlineData("node list --stale", """{ "mode": { "stale": true } }""")]
    [InlineData("node commission n4 --group eu --tag disk=ssd --var rack=2", """{ "requestId": "id-1", "name": "n4", "group": "eu", "tags": { "disk": "ssd" }, "vars": { "rack": "2" } }""")]
    [InlineData("node decommission n3 --cause broken --yes", """{ "requestId": "id-1", "node": "n3", "cause": "broken" }""")]
    [InlineData("node tag n1 a=b c= --remove d --remove e", """{ "requestId": "id-1", "node": "n1", "set": { "a": "b", "c": "" }, "remove": [ "d", "e" ] }""")]
    [InlineData("var set a=x n=25 t=true o={\"b\":1} e= s=a=b", """{ "requestId": "id-1", "scope": "cluster", "vars": [ { "key": "a", "json": "\"x\"" }, { "key": "n", "json": "25" }, { "key": "t", "json": "true" }, { "key": "o", "json": "{\"b\":1}" }, { "key": "e", "json": "\"\"" }, { "key": "s", "json": "\"a=b\"" } ] }""")]
    [InlineData("var set --string n=25 --secret --scope group/eu --if-version 0", """{ "requestId": "id-1", "scope": "group/eu", "vars": [ { "key": "n", "json": "\"25\"", "secret": true, "ifVersion": "0" } ] }""")]
    [InlineData("var set n=-5", """{ "requestId": "id-1", "scope": "cluster", "vars": [ { "key": "n", "json": "-5" } ] }""")]
    [InlineData("var list --scope node/n1 --prefix p --reveal", """{ "scope": "node/n1", "prefix": "p", "reveal": true, "mode": { } }""")]
    [InlineData("var history a --scope component/core", """{ "scope": "component/core", "key": "a", "mode": { } }""")]
    [InlineData("var delete a --if-version 4", """{ "requestId": "id-1", "scope": "cluster", "key": "a", "ifVersion": "4" }""")]
    [InlineData("var resolve --node n1 --component core", """{ "node": "n1", "component": "core", "mode": { } }""")]
    [InlineData("var export --scope cluster", """{ "scope": "cluster", "mode": { } }""")]
    [InlineData("event list --since 1:2:0 --subject node/n1 --limit 5", """{ "since": "1:2:0", "subject": "node/n1", "limit": 5, "mode": { } }""")]
    [InlineData("raft peers", "{ }")]
    [InlineData("raft transfer", "{ }")]
    [InlineData("raft transfer n2", """{ "node": "n2" }""")]
    [InlineData("raft remove n3 --yes", """{ "member": "n3" }""")]
    [InlineData("raft recover --yes", """{ "confirm": true }""")]
    public async Task A_verb_asks_for_what_it_was_told(string line, string request)
    {
        await using var daemon = await FakeDaemon.Started();
        var run = await CliRun.Of(daemon, line.Split(' '));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(request, JsonFormatter.Default.Format(daemon.Requests.Last()));
    }

    [Fact]
    public async Task Values_come_from_files_and_standard_input_without_the_last_newline()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("cert.pem"), "one\ntwo\n");
        await using var daemon = await FakeDaemon.Started();
        var run = new CliRun(daemon).Typing("{\"a\": 1}\n");
        Assert.Equal(ExitCode.Done, await run.Go(["var", "set", $"cert=@{folder.In("cert.pem")}", "map=-"]));
        Assert.Equal(["\"one\\ntwo\"", "{\"a\":1}"], daemon.Of<SetVarsRequest>()[0].Vars.Select(var => var.Json));
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("large", "the most that is taken here")]
    [InlineData("binary", "is not UTF-8 text")]
    public async Task A_file_that_cannot_be_a_value_is_refused_before_the_daemon_is_asked(string name, string said)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.In("large"), new byte[10_000_000]);
        await File.WriteAllBytesAsync(folder.In("binary"), [0xff, 0xfe]);
        await using var daemon = await FakeDaemon.Started();
        var run = await CliRun.Of(daemon, "var", "set", $"a=@{folder.In(name)}");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains(said, run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(daemon.Requests);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("stdin")]
    [InlineData("variable")]
    public async Task Join_takes_the_token_from_anywhere_but_the_command_line_and_shows_the_steps(string source)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("token"), " tok\n");
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<JoinRequest>(async (_, write, _) =>
        {
            await write(new Progress { Step = "admit", Message = "the cluster knows this node", Percent = -1 });
            await write(new Progress { Step = "copy", Percent = 50 });
            await write(new Progress { Step = "copy", Percent = 90 });
            await write(new Progress { Step = "voter", Message = "done", Percent = 100, Done = true });
        });
        var run = new CliRun(daemon).Typing("tok\n");
        run.Environment["PRYVD_TOKEN"] = source == "variable" ? "tok" : "";
        string[] from = source switch { "file" => ["--token-file", folder.In("token")], "stdin" => ["--token-file", "-"], _ => [] };
        Assert.Equal(ExitCode.Done, await run.Go(["join", "n1", "n2:7411", .. from, "--group", "eu", "--var", "rack=1"]));
        var request = Assert.Single(daemon.Of<JoinRequest>());
        Assert.Equal(("n1,n2:7411", "tok", "eu", "1"), (string.Join(',', request.Peers), request.Token, request.Group, request.Vars["rack"]));
        Assert.Equal("admit: the cluster knows this node\ncopy\nvoter: done\n", run.Out.ToString());
    }

    [Fact]
    public async Task A_join_that_is_cut_off_is_a_failure()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<JoinRequest>((_, write, _) => write(new Progress { Step = "admit" }));
        var run = new CliRun(daemon) { Environment = { ["PRYVD_TOKEN"] = "tok" } };
        Assert.Equal(ExitCode.Failed, await run.Go(["join", "n1"]));
        Assert.Contains("give the same command again", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", 0, 1)]
    [InlineData("yes\n", 0, 1)]
    [InlineData("\n", 1, 0)]
    [InlineData("no\n", 1, 0)]
    [InlineData("", 1, 0)]
    public async Task On_a_terminal_it_asks_before_it_removes(string typed, int exit, int removals)
    {
        await using var daemon = await FakeDaemon.Started();
        var run = new CliRun(daemon) { CanAsk = true }.Typing(typed);
        Assert.Equal(exit, await run.Go(["raft", "remove", "n3"]));
        Assert.Equal(removals, daemon.Of<RemoveMemberRequest>().Count);
        Assert.Contains("Go on? [y/N]", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leave_says_what_it_was_told_and_shows_the_steps()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.OnStream<LeaveRequest>((_, write, _) => write(new Progress { Step = "left", Done = true }));
        var run = await CliRun.Of(daemon, "leave", "--force", "--purge", "--yes", "-o", "json");
        Assert.Equal((true, true), (daemon.Of<LeaveRequest>()[0].Force, daemon.Of<LeaveRequest>()[0].Purge));
        Assert.Equal("{\"step\":\"left\",\"message\":\"\",\"percent\":0,\"done\":true}\n", run.Out.ToString());
    }

    [Fact]
    public async Task A_stale_answer_says_how_old_it_is()
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<GetVarRequest>(_ => new GetVarReply { Var = new Var { Json = "1" }, Info = new ReadInfo { Stale = true, AgeMs = 3500, AppliedIndex = 8 } });
        var run = await CliRun.Of(daemon, "var", "get", "a", "--stale");
        Assert.Equal("note: this is the node's own copy, 3.5 s old (index 8).\n", run.Error.ToString());
        Assert.Equal("1\n", run.Out.ToString());
    }

    [Fact]
    public async Task Import_is_one_write_and_a_dry_run_is_none()
    {
        await using var daemon = await FakeDaemon.Started();
        const string yaml = "cluster:\n  a: 1\nnode/n1:\n  b: !secret x\n";
        var dry = new CliRun(daemon).Typing(yaml);
        Assert.Equal(ExitCode.Done, await dry.Go(["var", "import", "-", "--dry-run"]));
        Assert.Empty(daemon.Requests);
        Assert.DoesNotContain("x", dry.Out.ToString().Split('\n')[2], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await new CliRun(daemon).Typing(yaml).Go(["var", "import", "-"]));
        var request = Assert.Single(daemon.Of<SetVarsRequest>());
        Assert.Equal(["cluster", "node/n1"], request.Vars.Select(var => var.Scope));
        Assert.True(request.Vars[1].Secret);
    }

    [Fact]
    public async Task Run_hands_its_flags_and_variables_to_the_daemon()
    {
        using var folder = new TemporaryFolder();
        var run = new CliRun(null) { Environment = { ["PRYVD_DATACENTER"] = "eu1", ["PRYVD_CONFIG"] = folder.In("none.yaml") } };
        await File.WriteAllTextAsync(folder.In("none.yaml"), "group: web\n");
        var exit = await run.Go(["run", "--data-dir", folder.Path, "--socket", folder.In("s"), "--name", "n7", "--listen", "127.0.0.1:7411", "--tag", "a=b", "--tag", "c=d"]);
        Assert.Equal((ExitCode.Done, ""), (exit, run.Error.ToString()));
        var options = run.Probe.Options!;
        Assert.Equal(("n7", "eu1", "web", folder.In("s"), 2), (options.Name, options.Datacenter, options.Group, options.Socket, options.Tags.Count));
    }

    [Fact]
    public async Task Check_config_lists_every_problem()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("c.yaml"), "lissten: 1\nlog_level: loud\n");
        var run = await CliRun.Of(null, "check-config", folder.In("c.yaml"));
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal(2, run.Error.ToString().TrimEnd().Split('\n').Length);
        await File.WriteAllTextAsync(folder.In("c.yaml"), "name: n1\n");
        Assert.Equal(ExitCode.Done, (await CliRun.Of(null, "check-config", folder.In("c.yaml"))).ExitCode);
    }
}
