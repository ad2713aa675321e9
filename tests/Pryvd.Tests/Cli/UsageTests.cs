using Pryvd.Cli;

namespace Pryvd.Tests.Cli;

/// <summary>Wrong usage: exit 2, a sentence and a way on, and the daemon is not asked.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("statu", "Did you mean 'status'?")]
    [InlineData("help", "'pryvd' knows no command 'help'.")]
    [InlineData("var", "needs one of set, get, list")]
    [InlineData("var st a=b", "Did you mean 'set'?")]
    [InlineData("status extra", "'pryvd status' knows no argument 'extra'.")]
    [InlineData("status --tale", "Did you mean '--stale'?")]
    [InlineData("status -o xml", "it takes table or json")]
    [InlineData("status --timeout 10y", "'10y' is no duration")]
    [InlineData("status --timeout", "Required argument missing")]
    [InlineData("init --var novalue", "'novalue' is not KEY=VALUE.")]
    [InlineData("init name", "knows no argument 'name'")]
    [InlineData("join", "Required argument missing")]
    [InlineData("join n1", "A join needs a token, and none was given.")]
    [InlineData("join n1 --token SECRET", "Did you mean '--token-file'?")]
    [InlineData("leave --purg", "Did you mean '--purge'?")]
    [InlineData("leave", "add --yes when you are sure")]
    [InlineData("token create --ttl soon", "'soon' is no duration")]
    [InlineData("token create --ttl 10ms", "--ttl must be at least 1s.")]
    [InlineData("token create --role king", "it takes auto, voter, observer or witness")]
    [InlineData("token list --yes", "knows no option '--yes'")]
    [InlineData("token revoke", "Required argument missing")]
    [InlineData("node list x", "knows no argument 'x'")]
    [InlineData("node show", "Required argument missing")]
    [InlineData("node commission n1 --tag x", "'x' is not KEY=VALUE.")]
    [InlineData("node commission n1 --tag a=1 --tag a=2", "'a' is given twice with --tag")]
    [InlineData("node decommission n1", "add --yes when you are sure")]
    [InlineData("node tag n1", "Give tags to set (KEY=VALUE) or to remove (--remove KEY).")]
    [InlineData("node tag n1 =v", "'=v' is not KEY=VALUE.")]
    [InlineData("node watch n1", "knows no argument 'n1'")]
    [InlineData("var set", "Required argument missing")]
    [InlineData("var set key", "'key' is not KEY=VALUE.")]
    [InlineData("var set a=1 a=2", "'a' is given twice")]
    [InlineData("var set a=1 --scope moon", "'moon' is no scope")]
    [InlineData("var set a=1 --scope group/", "'group/' is no scope")]
    [InlineData("var set a=1 --string --json", "cannot both hold")]
    [InlineData("var set a={ --json", "The value of 'a' is not valid JSON (line 1, byte 2).")]
    [InlineData("var set a=- b=-", "cannot both be read from standard input")]
    [InlineData("var set a=@", "names no file")]
    [InlineData("var set a=1 b=2 --if-version 1", "--if-version goes with one variable")]
    [InlineData("var set a=1 --if-version x", "'x' is no version")]
    [InlineData("var set a=1 --if-version -1", "'-1' is no version")]
    [InlineData("var get", "Required argument missing")]
    [InlineData("var get a b", "knows no argument 'b'")]
    [InlineData("var list --scope x", "'x' is no scope")]
    [InlineData("var history", "Required argument missing")]
    [InlineData("var delete a --if-version v", "'v' is no version")]
    [InlineData("var resolve", "--node")]
    [InlineData("var watch --scope x", "'x' is no scope")]
    [InlineData("var import", "Required argument missing")]
    [InlineData("var export x", "knows no argument 'x'")]
    [InlineData("event list --limit 0", "--limit must be a number from 1 to 1000.")]
    [InlineData("event list --limit many", "--limit must be a number from 1 to 1000.")]
    [InlineData("event watch x", "knows no argument 'x'")]
    [InlineData("snapshot save", "Required argument missing")]
    [InlineData("snapshot inspect", "Required argument missing")]
    [InlineData("snapshot restore f", "--data-dir")]
    [InlineData("snapshot restore f --data-dir d --recovery-key k", "add --yes when you are sure")]
    [InlineData("raft peers x", "knows no argument 'x'")]
    [InlineData("raft transfer a b", "knows no argument 'b'")]
    [InlineData("raft remove", "Required argument missing")]
    [InlineData("raft remove n1", "add --yes when you are sure")]
    [InlineData("raft digest --at-least x", "--at-least must be an index")]
    [InlineData("raft recover x", "knows no argument 'x'")]
    [InlineData("dev --nodes 0", "--nodes takes 1 to 9.")]
    [InlineData("dev --nodes many", "--nodes")]
    [InlineData("run --lissten x", "Did you mean '--listen'?")]
    [InlineData("check-config", "Required argument missing")]
    [InlineData("completion ksh", "it takes bash, zsh or fish")]
    [InlineData("version x", "knows no argument 'x'")]
    public async Task Wrong_usage_is_told_and_asks_the_daemon_for_nothing(string line, string said)
    {
        await using var daemon = await FakeDaemon.Started();
        var run = await CliRun.Of(daemon, line.Split(' '));
        Assert.Contains(said, run.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("hint: ", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal((ExitCode.WrongUsage, ""), (run.ExitCode, run.Out.ToString()));
        Assert.Empty(daemon.Requests);
    }

    [Fact]
    public async Task A_recovery_without_a_yes_asks_what_would_be_lost_and_no_more()
    {
        await using var daemon = await FakeDaemon.Started();
        var run = await CliRun.Of(daemon, "raft", "recover");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.False(Assert.Single(daemon.Of<Pryv.V1.RecoverRequest>()).Confirm);
    }

    [Theory]
    [InlineData("PRYVD_TIMEOUT", "soon")]
    [InlineData("PRYVD_OUTPUT", "xml")]
    public async Task A_wrong_variable_is_wrong_usage(string name, string value)
    {
        await using var daemon = await FakeDaemon.Started();
        var run = new CliRun(daemon) { Environment = { [name] = value } };
        Assert.Equal(ExitCode.WrongUsage, await run.Go(["var", "list"]));
        Assert.Contains($"{name} is '{value}'", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_on_the_command_line_is_refused_and_not_repeated()
    {
        var run = await CliRun.Of(null, "join", "n1", "--token=pryvd1.secret");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.DoesNotContain("secret", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alone_it_prints_every_noun_and_the_exit_codes()
    {
        var run = await CliRun.Of(null);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        foreach (var word in new[] { "init", "join", "status", "var", "raft", "snapshot", "Exit codes:" })
        {
            Assert.Contains(word, run.Out.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_verb_has_a_description_and_an_example()
    {
        foreach (var verb in Tree.Verbs())
        {
            Assert.False(string.IsNullOrWhiteSpace(verb.Description), verb.Name);
            Assert.True(verb.Examples.Count > 0, $"{verb.Name} has no example");
        }
    }

    [Fact]
    public async Task The_overview_names_every_command_once()
    {
        var run = await CliRun.Of(null);
        var named = run.Out.ToString().Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]).ToList();
        Assert.All(Tree.Root().Subcommands.Where(command => !command.Hidden), command => Assert.Single(named, command.Name));
    }

    [Fact]
    public async Task Help_of_every_verb_shows_its_examples()
    {
        foreach (var path in Tree.Paths())
        {
            var run = await CliRun.Of(null, [.. path.Split(' '), "--help"]);
            Assert.Equal(ExitCode.Done, run.ExitCode);
            Assert.Contains($"Examples:{Environment.NewLine}  ", run.Out.ToString(), StringComparison.Ordinal);
        }
    }
}
