using Pryv.V1;
using Pryvd.Cli.Parsing;

namespace Pryvd.Cli.Printing;

/// <summary>What an operator sees at three in the morning: first what is wrong and what to do, then the facts.</summary>
internal sealed class StatusPage(Terminal terminal)
{
    public void Print(StatusReply status)
    {
        Verdict(status);
        switch (status.State)
        {
            case "new":
                NotInACluster(status);
                break;
            default:
                Facts(status);
                Members(status);
                Timing(status.Timing);
                break;
        }

        Notices(status);
    }

    private void Verdict(StatusReply status)
    {
        if (status.State == "stopped" || status.Problem != "")
        {
            Alarm($"STOPPED  {(status.Problem == "" ? "this node has stopped taking part; see 'journalctl -u pryvd'" : status.Problem)}");
        }
        else if (status.State == "joining")
        {
            Line("JOINING  this node is not a full member yet; it does not count for the quorum.");
        }
        else if (status.State != "new" && !status.Quorum)
        {
            Alarm("NO QUORUM  nothing can be written, and plain reads fail; --stale reads answer. What runs keeps running.");
            Line("  Start the missing members again. Only if a majority is lost for good: 'pryvd raft recover' on the");
            Line("  survivor with the highest index (it first says what would be lost, and asks).");
        }
        else if (status.State != "new" && status.Leader == "")
        {
            Alarm("NO LEADER  an election is under way; if this stays, the members do not reach each other.");
        }
    }

    private void NotInACluster(StatusReply status)
    {
        Line($"This node is not in a cluster yet (pryvd {status.Version}).");
        Line("  A new cluster:        pryvd init --cluster NAME");
        Line("  An existing cluster:  pryvd join PEER --token-file FILE   ('pryvd token create' on a member makes the token)");
    }

    private void Facts(StatusReply status)
    {
        Fact("cluster", $"{status.Cluster} ({status.ClusterId})");
        Fact("node", $"{status.Node}, {Or(status.Role, "no role yet")}, {status.State} (pryvd {status.Version})");
        Fact("quorum", status.Quorum ? "yes" : "NO");
        Fact("leader", status.Leader == "" ? "none known" : status.Leader == status.Node ? $"{status.Leader} (this node)" : status.Leader);
        Fact("term", $"{status.Term}, epoch {status.Epoch}, cluster version {status.ClusterVersion}");
        Fact("index", Index(status));
        if (status.Upstream is { } upstream)
        {
            Fact("upstream", upstream.Name == "" ? "NONE" : $"{upstream.Name} at {upstream.Address}, {(upstream.Depth == 1 ? "a member" : $"{upstream.Depth} steps to a member")}");
        }

        if (status.Observers > 0)
        {
            Fact("observers", $"{status.Observers}, besides the members below; 'pryvd node list' names them");
        }
    }

    private static string Index(StatusReply status)
    {
        var behind = status.CommitIndex - status.AppliedIndex;
        return behind <= 0
            ? $"{status.AppliedIndex}, all that is committed is applied"
            : $"{status.AppliedIndex} applied of {status.CommitIndex} committed, {behind} to go";
    }

    private void Members(StatusReply status)
    {
        if (status.Members.Count == 0)
        {
            return;
        }

        Line("");
        var table = new TextTable("", "MEMBER", "ROLE", "STATE", "ADDRESS", "HEARD", "BEHIND", "DATACENTER");
        foreach (var member in status.Members)
        {
            table.Row(
                member.Leader ? "*" : "", member.Name, member.Role, member.State, member.Address,
                Heard(member), Behind(member, status.CommitIndex), Or(member.Datacenter, "-"));
        }

        table.Print(terminal);
        Line("* leader; HEARD and BEHIND are known to the leader alone");
    }

    private static string Heard(Member member) => member.LastContactMs switch
    {
        _ when member.Leader => "-",
        < 0 => "?",
        var milliseconds => $"{DurationText.Of(TimeSpan.FromMilliseconds(milliseconds))} ago",
    };

    private static string Behind(Member member, long commitIndex) =>
        member.MatchIndex < 0 ? "?" : $"{Math.Max(0, commitIndex - member.MatchIndex)}";

    private void Timing(Timing? timing)
    {
        if (timing is null || timing.ElectionMinMs == 0)
        {
            return;
        }

        Line("");
        Fact("timing", $"heartbeat {timing.HeartbeatMs} ms, election {timing.ElectionMinMs} to {timing.ElectionMaxMs} ms");
        Fact("measured", $"round trip {Measured(timing.MeasuredRoundTripP99Ms)}, flush {Measured(timing.MeasuredFlushP99Ms)} (99 of 100)");
        if (timing.RecommendedElectionMinMs > timing.ElectionMinMs)
        {
            Alarm($"TIMING  elections from {timing.RecommendedElectionMinMs} ms on are recommended for what was measured; {timing.ElectionMinMs} ms may cost needless elections.");
        }
    }

    private static string Measured(int milliseconds) => milliseconds == 0 ? "not yet" : $"{milliseconds} ms";

    private void Notices(StatusReply status)
    {
        if (status.Notices.Count > 0)
        {
            Line("\nNOTICES");
        }

        foreach (var notice in status.Notices)
        {
            Line("  ! " + Visible.Of(notice));
        }
    }

    private void Fact(string name, string value) => Line($"{name,-10}{Visible.Of(value)}");

    private void Alarm(string text)
    {
        var visible = Visible.Of(text);
        Line(terminal.Colours ? $"\u001b[1;31m{visible}\u001b[0m" : visible);
    }

    private void Line(string text) => terminal.Out.WriteLine(text);

    private static string Or(string text, string other) => text == "" ? other : text;
}
