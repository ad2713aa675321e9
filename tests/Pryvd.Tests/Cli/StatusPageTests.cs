using Pryv.V1;
using Pryvd.Cli;

namespace Pryvd.Tests.Cli;

/// <summary>The page of three in the morning (V5, M9): what is wrong comes first, with what to do.</summary>
public sealed class StatusPageTests
{
    [Fact]
    public async Task A_healthy_cluster_shows_leader_quorum_indexes_and_members()
    {
        var page = await Page(Healthy());
        Assert.Equal(
            """
            cluster   prod (c1)
            node      n1, voter, running (pryvd 0.1.0)
            quorum    yes
            leader    n2
            term      4, epoch 1, cluster version 1
            index     118 applied of 120 committed, 2 to go

                MEMBER   ROLE      STATE   ADDRESS         HEARD       BEHIND   DATACENTER
                n1       voter     ready   10.0.0.1:7411   ?           ?        a
            *   n2       voter     ready   10.0.0.2:7411   -           0        a
                n3       learner   ready   10.0.0.3:7411   40 ms ago   20       -
            * leader; HEARD and BEHIND are known to the leader alone

            timing    heartbeat 50 ms, election 300 to 600 ms
            measured  round trip 2 ms, flush 30 ms (99 of 100)
            TIMING  elections from 320 ms on are recommended for what was measured; 300 ms may cost needless elections.

            NOTICES
              ! two voters never happen silently

            """.ReplaceLineEndings("\n"), page);
    }

    [Fact]
    public async Task A_new_node_is_told_how_to_begin()
    {
        var page = await Page(new StatusReply { State = "new", Version = "0.1.0" });
        Assert.Contains("pryvd init --cluster NAME", page, StringComparison.Ordinal);
        Assert.Contains("pryvd join PEER --token-file FILE", page, StringComparison.Ordinal);
        Assert.DoesNotContain("quorum", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_lost_quorum_comes_first_and_names_the_way_out()
    {
        var status = Healthy();
        status.Quorum = false;
        status.Leader = "";
        var page = await Page(status);
        Assert.StartsWith("NO QUORUM", page, StringComparison.Ordinal);
        Assert.Contains("pryvd raft recover", page, StringComparison.Ordinal);
        Assert.Contains("leader    none known", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_node_says_why()
    {
        var status = Healthy();
        status.State = "stopped";
        status.Problem = "The log is damaged at byte 7.";
        Assert.StartsWith("STOPPED  The log is damaged at byte 7.", await Page(status), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public async Task Colours_are_for_terminals_that_want_them(string noColor, bool coloured)
    {
        await using var daemon = await FakeDaemon.Started();
        var status = Healthy();
        status.Quorum = false;
        daemon.On<StatusRequest>(_ => status);
        var run = new CliRun(daemon) { OutIsTerminal = true, Environment = { ["NO_COLOR"] = noColor } };
        await run.Go(["status"]);
        Assert.Equal(coloured, run.Out.ToString().Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_in_a_pipe_is_never_cut_or_wrapped()
    {
        await using var daemon = await FakeDaemon.Started();
        var wide = new string('x', 5000);
        daemon.On<ListVarsRequest>(_ => new ListVarsReply { Vars = { new Var { Key = "k", Scope = "cluster", Json = $"\"{wide}\"" } } });
        var run = await CliRun.Of(daemon, "var", "list");
        Assert.Contains(wide, run.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, run.Out.ToString().TrimEnd().Split('\n').Length);
    }

    internal static StatusReply Healthy() => new()
    {
        State = "running", Cluster = "prod", ClusterId = "c1", Node = "n1", NodeId = "1", Role = "voter", Leader = "n2", Term = 4, Quorum = true,
        CommitIndex = 120, AppliedIndex = 118, Epoch = 1, ClusterVersion = 1, Version = "0.1.0",
        Notices = { "two voters never happen silently" },
        Members =
        {
            new Member { Name = "n1", Id = "1", Role = "voter", State = "ready", Address = "10.0.0.1:7411", Datacenter = "a", MatchIndex = -1, LastContactMs = -1 },
            new Member { Name = "n2", Id = "2", Role = "voter", State = "ready", Address = "10.0.0.2:7411", Datacenter = "a", MatchIndex = 120, Leader = true },
            new Member { Name = "n3", Id = "3", Role = "learner", State = "ready", Address = "10.0.0.3:7411", MatchIndex = 100, LastContactMs = 40 },
        },
        Timing = new Timing
        {
            HeartbeatMs = 50, ElectionMinMs = 300, ElectionMaxMs = 600,
            MeasuredRoundTripP99Ms = 2, MeasuredFlushP99Ms = 30, RecommendedElectionMinMs = 320,
        },
    };

    private static async Task<string> Page(StatusReply status)
    {
        await using var daemon = await FakeDaemon.Started();
        daemon.On<StatusRequest>(_ => status);
        var run = await CliRun.Of(daemon, "status");
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error.ToString()));
        return run.Out.ToString();
    }
}
