using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>M2, M4, M6, M10, G6: who comes in, who comes back, who goes, and what is remembered.</summary>
public sealed class NodeCommandTests
{
    private readonly MemoryRecords records = new();

    public NodeCommandTests()
    {
        records.Apply(Make.Bootstrap());
        Ok(records.Apply(Make.Token("t1", "voter")));
    }

    [Fact]
    public void A_token_admits_one_node_in_the_tokens_role()
    {
        var reply = Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        Assert.Equal(("id2", "voter", "c002"), (reply.Node.Id, reply.Node.Role, reply.Node.Certificate.Serial));
        Assert.Equal(NodeState.Commissioning, Node("n2").State);
        Assert.Equal("used", records.State.Tokens["t1"].StateAt(Make.StartMs));
        Assert.Contains(records.Events, item => item.Kind == "token.used" && item.Subject == "token/t1");
    }

    [Fact]
    public void A_retry_with_the_same_key_gets_the_same_certificate_and_changes_nothing()
    {
        var first = Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        var again = Make.Node("n2", "id9", "9", 2);
        again.Certificate.Serial = "ffff";
        var events = records.EventCount;
        var reply = Ok(records.Apply(Make.Admit("t1", again).At(Make.StartMs + 7_200_000)));
        Assert.Equal(first.Node, reply.Node);
        Assert.Equal(events, records.EventCount);
    }

    [Fact]
    public void A_used_token_with_another_key_is_refused()
    {
        Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        Refused(ReplyCodes.Conflict, "already used", Make.Admit("t1", Make.Node("n3", "id3", "3", 3)));
        Assert.Null(records.State.Nodes.Find("n3"));
    }

    [Fact]
    public void An_unknown_expired_or_revoked_token_is_refused()
    {
        var node = Make.Node("n2", "id2", "2", 2);
        Refused(ReplyCodes.NotFound, "no such token", Make.Admit("t9", node));
        var wrong = Make.Admit("t1", node);
        wrong.AdmitNode.TokenHash = Make.Hash(8);
        Refused(ReplyCodes.NotFound, "no such token", wrong);
        Ok(records.Apply(Make.Token("t2")));
        Ok(records.Apply(Make.Envelope(envelope => envelope.RevokeToken = new RevokeToken { Id = "t2" })));
        Refused(ReplyCodes.Conflict, "is revoked", Make.Admit("t2", node));
        Refused(ReplyCodes.Conflict, "is expired", Make.Admit("t1", node).At(Make.StartMs + 3_600_000));
    }

    [Fact]
    public void Tokens_that_admit_nobody_any_more_make_room_and_those_that_may_be_used_do_not()
    {
        for (var number = 1; number < Limits.Tokens; number++)
        {
            Ok(records.Apply(Make.Token($"n{number}")));
        }

        Refused(ReplyCodes.Conflict, "can still be used", Make.Token("one-more"));
        Ok(records.Apply(Make.Envelope(envelope => envelope.RevokeToken = new RevokeToken { Id = "n7" })));
        Ok(records.Apply(Make.Token("one-more")));
        Assert.DoesNotContain("n7", records.State.Tokens.Keys);
        Refused(ReplyCodes.Conflict, "can still be used", Make.Token("another"));
    }

    [Fact]
    public void Applied_time_never_goes_back_so_an_expired_token_stays_expired()
    {
        records.Apply(Make.Set("cluster", "k", "1").At(Make.StartMs + 3_600_000));
        Refused(ReplyCodes.Conflict, "is expired", Make.Admit("t1", Make.Node("n2", "id2", "2", 2)).At(Make.StartMs));
    }

    [Fact]
    public void What_was_commissioned_for_a_name_is_there_when_it_joins()
    {
        Ok(records.Apply(Make.Envelope(envelope => envelope.CommissionNode = new CommissionNode
        {
            Name = "n2", Group = "db", Tags = { ["rack"] = "r7" }, Vars = { Make.Write("", "port", "1") },
        })));
        var node = Make.Node("n2", "id2", "2", 2);
        node.Tags["disk"] = "ssd";
        var reply = Ok(records.Apply(Make.Admit("t1", node, Make.Write("", "size", "2"))));

        Assert.Equal("db", reply.Node.Group);
        Assert.Equal(["disk", "rack"], reply.Node.Tags.Keys);
        Assert.Equal(["port", "size"], records.State.Vars.InScope(VarScope.OfNode("n2")).Select(item => item.Name.Key));
    }

    [Fact]
    public void A_group_and_variables_given_on_join_outlive_the_node()
    {
        var node = Make.Node("n2", "id2", "2", 2);
        node.Group = "edge";
        Ok(records.Apply(Make.Admit("t1", node, Make.Write("", "size", "2"))));
        Ok(records.Apply(Make.Dismiss("n2")));
        Ok(records.Apply(Make.Token("t2")));
        var reply = Ok(records.Apply(Make.Admit("t2", Make.Node("n2", "id5", "5", 5))));
        Assert.Equal(("id5", "edge"), (reply.Node.Id, reply.Node.Group));
        Assert.Equal("2", records.State.Vars.Find(new VarName(VarScope.OfNode("n2"), "size"))!.Json);
    }

    [Fact]
    public void A_known_name_keeps_its_id_and_its_old_certificate_is_revoked()
    {
        Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        Ok(records.Apply(Make.Token("t2")));
        Refused(ReplyCodes.Conflict, "known with id id2", Make.Admit("t2", Make.Node("n2", "other", "3", 3)));
        Ok(records.Apply(Make.Admit("t2", Make.Node("n2", "id2", "3", 3))));

        Assert.Equal(("3", "c003"), (Node("n2").Member.ToString(), Node("n2").Certificate.Serial));
        Assert.Equal("n2", records.State.Revoked["c002"].Node);
        Assert.Equal(2, records.State.Nodes.Count);
    }

    [Fact]
    public void A_member_id_or_a_revoked_certificate_is_never_used_twice()
    {
        Refused(ReplyCodes.Conflict, "belongs to node n1", Make.Admit("t1", Make.Node("n2", "id2", "1", 2)));
        Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        Ok(records.Apply(Make.Dismiss("n2")));
        Ok(records.Apply(Make.Token("t2")));
        Refused(ReplyCodes.Conflict, "is revoked", Make.Admit("t2", Make.Node("n3", "id3", "3", 2)));
    }

    [Fact]
    public void A_dismissed_node_cannot_come_back()
    {
        Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        Ok(records.Apply(Make.State("n2", "commissioning", "ready")));
        Ok(records.Apply(Make.Dismiss("n2", "left")));

        var steps = records.Rows[Table.NodeHistory].Where(row => row.Key.StartsWith("id2:", StringComparison.Ordinal))
            .Select(row => NodeHistoryRow.Read(row.Key, System.Text.Encoding.UTF8.GetString(row.Value)).To);
        Assert.Equal([NodeState.Commissioning, NodeState.Ready, NodeState.Decommissioning, NodeState.Decommissioned], steps);
        Assert.Contains("c002", records.State.Revoked.Keys);
        Refused(ReplyCodes.Conflict, "cannot come back", Rejoin("id2", "2", "7"));
        Refused(ReplyCodes.Conflict, "cannot come back", Renew("id2", 9));
        Refused(ReplyCodes.Conflict, "cannot come back", Make.Dismiss("id2"));
        Refused(ReplyCodes.Conflict, "already used", Make.Admit("t1", Make.Node("n2", "id2", "2", 2)));
    }

    [Fact]
    public void A_join_that_never_ended_leaves_no_node_behind()
    {
        Ok(records.Apply(Make.Admit("t1", Make.Node("n2", "id2", "2", 2))));
        Ok(records.Apply(Make.Dismiss("n2", "expired")));
        Assert.Null(records.State.Nodes.Find("id2"));
        Assert.DoesNotContain(records.Rows[Table.NodeHistory].Keys, key => key.StartsWith("id2:", StringComparison.Ordinal));
        Assert.Contains("c002", records.State.Revoked.Keys);
        Refused(ReplyCodes.Conflict, "only a join", Make.Dismiss("n1", "expired"));
    }

    [Fact]
    public void A_node_that_lost_its_log_rejoins_as_a_new_member_once()
    {
        Ok(records.Apply(Rejoin("id1", "1", "7")));
        Assert.Equal(("7", NodeState.Commissioning), (Node("n1").Member.ToString(), Node("n1").State));
        var events = records.EventCount;
        Ok(records.Apply(Rejoin("id1", "1", "7")));
        Assert.Equal(events, records.EventCount);
        Refused(ReplyCodes.Conflict, "is member 7 by now", Rejoin("id1", "1", "8"));
        Refused(ReplyCodes.NotFound, "no node", Rejoin("id9", "1", "8"));
        Refused(ReplyCodes.Invalid, "member id", Rejoin("id1", "7", "0"));
    }

    [Fact]
    public void A_state_changes_only_from_what_it_is_and_only_by_a_valid_step()
    {
        Refused(ReplyCodes.Conflict, "is ready, not dead", Make.State("n1", "dead", "ready"));
        Refused(ReplyCodes.Conflict, "cannot go from ready to dead", Make.State("n1", "ready", "dead"));
        Refused(ReplyCodes.Invalid, "dismissing", Make.State("n1", "ready", "decommissioned"));
        Refused(ReplyCodes.Invalid, "must be states", Make.State("n1", "ready", "happy"));
        Ok(records.Apply(Make.State("n1", "ready", "maintenance")));
        var step = records.Rows[Table.NodeHistory].Last();
        var transition = NodeHistoryRow.Read(step.Key, System.Text.Encoding.UTF8.GetString(step.Value));
        Assert.Equal((NodeState.Ready, NodeState.Maintenance, "test", "1000@n1"), (transition.From, transition.To, transition.Cause, transition.Actor.ToString()));
    }

    [Fact]
    public void A_report_is_recorded_only_when_it_differs()
    {
        var report = new ReportNode { NodeId = "id1", Address = "10.0.0.1:7411", Datacenter = "dc1", Version = "0.1.0", CommandVersion = 1 };
        var same = Make.Envelope(envelope => envelope.ReportNode = report);
        var events = records.EventCount;
        Ok(records.Apply(same));
        Assert.Equal(events, records.EventCount);
        report.Tags["region"] = "eu";
        Ok(records.Apply(same));
        Assert.Equal("node.reported", records.LastEvent.Kind);
        Assert.Equal("eu", Node("n1").EffectiveTags.Items["region"]);
    }

    [Fact]
    public void Tags_given_by_the_cluster_win_over_reported_ones_and_are_remembered()
    {
        Ok(records.Apply(Tags(set: "rack=r1")));
        Assert.Equal("r1", records.State.Commissioned["n1"].Tags.Items["rack"]);
        Refused(ReplyCodes.NotFound, "no tag", Tags(remove: "nothing"));
        Refused(ReplyCodes.Invalid, "not valid", Tags(set: "a b=c"));
        Ok(records.Apply(Tags(remove: "rack")));
        Assert.Equal(0, Node("n1").Tags.Count);
    }

    [Fact]
    public void A_renewed_certificate_replaces_the_old_one_without_revoking_it()
    {
        Ok(records.Apply(Renew("id1", 9)));
        Assert.Equal("c009", Node("n1").Certificate.Serial);
        Assert.Empty(records.State.Revoked);
        Assert.Equal("node.certificate", records.LastEvent.Kind);
    }

    private static CommandReply Ok(CommandReply reply)
    {
        Assert.True(reply.Code == ReplyCodes.Ok, reply.Message);
        return reply;
    }

    private static CommandEnvelope Rejoin(string node, string old, string member) => Make.Envelope(envelope => envelope.RejoinNode =
        new RejoinNode { NodeId = node, OldMember = old, NewMember = member, Address = "10.0.0.9:7411" });

    private static CommandEnvelope Renew(string node, byte key) => Make.Envelope(envelope => envelope.RenewCertificate =
        new RenewCertificate { NodeId = node, Certificate = Make.Node("x", "x", "1", key).Certificate, SealingKey = ByteString.Empty });

    private static CommandEnvelope Tags(string set = "", string remove = "") => Make.Envelope(envelope =>
    {
        envelope.ChangeNodeTags = new ChangeNodeTags { Node = "n1" };
        if (set.Length > 0)
        {
            envelope.ChangeNodeTags.Set.Add(set.Split('=')[0], set.Split('=')[1]);
        }

        if (remove.Length > 0)
        {
            envelope.ChangeNodeTags.Remove.Add(remove);
        }
    });

    private void Refused(string code, string reason, CommandEnvelope command)
    {
        var events = records.EventCount;
        var reply = records.Apply(command);
        Assert.Equal(code, reply.Code);
        Assert.Contains(reason, reply.Message);
        Assert.Equal(events, records.EventCount);
    }

    private Node Node(string name) => records.State.Nodes.FindLiving(name)!;
}
