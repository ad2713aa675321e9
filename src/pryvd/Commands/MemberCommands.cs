using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>A known node's member, certificate, and its going for good.</summary>
internal static class MemberCommands
{
    public static CommandReply Apply(Draft draft, RejoinNode command)
    {
        if (draft.FindLiving(command.NodeId, out var node) is { } refusal)
        {
            return refusal;
        }

        if (!MemberId.TryParse(command.NewMember, out var member) || NodeRecords.ReportProblem(command.Address, "", "") is not null)
        {
            return Reply.Invalid($"node {node.Name} cannot rejoin as member '{Clip.To(command.NewMember, Names.MaxName)}' at '{Clip.To(command.Address, Names.MaxName)}': a member id and HOST:PORT are needed");
        }

        if (node.Member == member)
        {
            return Reply.Ok(node);
        }

        if (node.Member != NodeRecords.MemberOf(command.OldMember))
        {
            return Reply.Conflict($"node {node.Name} is {(node.Member.IsNone ? "an observer" : $"member {node.Member}")} by now, not {Clip.To(command.OldMember, Names.MaxName)}; look at the state and propose again");
        }

        return draft.State.Nodes.FindMember(member) is { } holder
            ? Reply.Conflict($"member {member} belongs to node {holder.Name}; a member id is never used twice")
            : Rejoin(draft, node, member, command.Address);
    }

    public static CommandReply Apply(Draft draft, RenewCertificate command)
    {
        if (draft.FindLiving(command.NodeId, out var node) is { } refusal)
        {
            return refusal;
        }

        if ((NodeRecords.CertificateProblem(command.Certificate) ?? NodeRecords.SealingKeyProblem(command.SealingKey)) is { } problem)
        {
            return Reply.Invalid(problem);
        }

        var certificate = NodeRecords.CertificateOf(command.Certificate);
        if (draft.State.Revoked.ContainsKey(certificate.Serial))
        {
            return Reply.Conflict($"certificate {certificate.Serial} is revoked; node {node.Name} must ask for a new one");
        }

        var sealingKey = command.SealingKey.IsEmpty ? node.SealingKey : command.SealingKey;
        if (node.Certificate == certificate && node.SealingKey.Equals(sealingKey))
        {
            return Reply.Ok(node);
        }

        var renewed = node with { Certificate = certificate, SealingKey = sealingKey, Changed = draft.Index };
        draft.Put(renewed);
        draft.Emit("node.certificate", NodeDrafts.Subject(node.Name), Show(node), Show(renewed));
        return Reply.Ok(renewed);
    }

    public static CommandReply Apply(Draft draft, DismissNode command)
    {
        if (draft.FindLiving(command.Node, out var node) is { } refusal)
        {
            return refusal;
        }

        return command.Why switch
        {
            "expired" => Expire(draft, node),
            "decommissioned" or "left" => Decommission(draft, node, command.Why),
            _ => Reply.Invalid($"a node is dismissed as decommissioned, left or expired, not as '{Clip.To(command.Why, Names.MaxName)}'"),
        };
    }

    private static CommandReply Rejoin(Draft draft, Node node, MemberId member, string address)
    {
        // A node in maintenance or being drained goes on with that; any other has to catch up before it is ready again.
        // So does an observer that becomes a candidate: it has the state.
        var was = node.IsSilent ? node.Returning : node.State;
        var keepsState = was is NodeState.Maintenance or NodeState.Draining or NodeState.Decommissioning;
        var state = node.Member.IsNone ? node.State : keepsState ? was : NodeState.Commissioning;
        return Reply.Ok(draft.Change(node, node.To(state) with { Member = member, Address = address }, "node.rejoined"));
    }

    private static CommandReply Expire(Draft draft, Node node)
    {
        if (node.State != NodeState.Commissioning)
        {
            return Reply.Conflict($"node {node.Name} is {node.State.Word()}; only a join that never came to an end expires. Decommission it instead");
        }

        draft.Revoke(node, node.Certificate, "its join expired");
        draft.Remove(node);
        draft.Emit("node.expired", NodeDrafts.Subject(node.Name), NodeRow.Show(node), "");
        return Reply.Ok();
    }

    private static CommandReply Decommission(Draft draft, Node node, string why)
    {
        if (!NodeLifecycle.Allows(node.State, NodeState.Decommissioned))
        {
            node = draft.Change(node, node.To(NodeState.Decommissioning), "node.state");
        }

        draft.Revoke(node, node.Certificate, why);
        var gone = draft.Change(node, node.To(NodeState.Decommissioned), "node.dismissed");
        if (draft.State.Nodes.GoneCount > Limits.GoneNodes)
        {
            draft.Remove(draft.State.Nodes.Gone.Last());
        }

        return Reply.Ok(gone);
    }

    private static string Show(Node node) => new CanonicalJson()
        .Text("serial", node.Certificate.Serial)
        .Number("not_after_ms", node.Certificate.NotAfterMs)
        .EndText();
}
