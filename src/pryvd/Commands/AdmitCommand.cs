using System.Security.Cryptography;
using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>
/// A node that showed a token becomes known. The token is bound to the key that it was used with: a retry with that key
/// gets the same answer and changes nothing, any other key is refused.
/// </summary>
internal static class AdmitCommand
{
    public static CommandReply Apply(Draft draft, AdmitNode command)
    {
        if (NodeRecords.Problem(command.Node) is { } problem)
        {
            return Reply.Invalid(problem);
        }

        if (FindToken(draft, command) is not { } token)
        {
            return Reply.NotFound("the cluster knows no such token; make a new one on a member with pryvd token create");
        }

        if (token.IsUsed)
        {
            return Repeat(draft, token, command.Node);
        }

        if (token.StateAt(draft.TimeMs) is var state and not "usable")
        {
            return Reply.Conflict($"token {token.Id} is {state}; make a new one on a member with pryvd token create");
        }

        return Refuse(draft, command.Node) ?? Admit(draft, token, command);
    }

    private static Token? FindToken(Draft draft, AdmitNode command) =>
        draft.State.Tokens.TryGetValue(command.TokenId, out var token)
        && CryptographicOperations.FixedTimeEquals(token.Hash.Span, command.TokenHash.Span)
            ? token
            : null;

    private static CommandReply Repeat(Draft draft, Token token, NodeRecord asked)
    {
        var sameKey = token.UsedKeyHash.Equals(asked.Certificate.KeyHash);
        var node = draft.State.Nodes.Find(token.UsedBy);
        return sameKey && node is { IsGone: false } && node.Certificate.KeyHash.Equals(token.UsedKeyHash)
            ? Reply.Ok(node)
            : Reply.Conflict($"token {token.Id} was already used, by node {token.UsedByName}; a token admits one node once. Make a new one with pryvd token create");
    }

    private static CommandReply? Refuse(Draft draft, NodeRecord record)
    {
        var cluster = draft.State.Cluster!;
        if (record.CommandVersion < cluster.ClusterVersion)
        {
            return Reply.Conflict($"node {record.Name} knows command set {record.CommandVersion}, the cluster uses {cluster.ClusterVersion}; install the cluster's version on it first");
        }

        if (draft.State.Revoked.ContainsKey(record.Certificate.Serial.ToLowerInvariant()))
        {
            return Reply.Conflict($"certificate {record.Certificate.Serial} is revoked; ask for a new one");
        }

        if (draft.State.Nodes.FindMember(NodeRecords.MemberOf(record.Member)) is { } holder)
        {
            return Reply.Conflict($"member {record.Member} belongs to node {holder.Name}; a member id is never used twice");
        }

        return RefuseIdentity(draft, record);
    }

    /// <summary>A known name keeps its id, and the certificate names that id, so the record must have it already.</summary>
    private static CommandReply? RefuseIdentity(Draft draft, NodeRecord record)
    {
        if (draft.State.Nodes.FindLiving(record.Name) is { } known)
        {
            return known.Id.Value == record.Id
                ? null
                : Reply.Conflict($"node {record.Name} is known with id {known.Id}, but the certificate was made for {record.Id}; sign one for the known id and propose again");
        }

        if (draft.State.Nodes.Find(new NodeId(record.Id)) is { } other)
        {
            return Reply.Conflict($"id {record.Id} belongs to node {other.Name}; choose another id");
        }

        return draft.State.Nodes.Count < Limits.Nodes
            ? null
            : Reply.Conflict($"the cluster has {Limits.Nodes} nodes, which is the most it may have; decommission some");
    }

    private static CommandReply Admit(Draft draft, Token token, AdmitNode command)
    {
        var writes = VarWrites.ForNode(command.Vars, command.Node.Name);
        if (VarWrites.Check(draft, writes) is { } refusal)
        {
            return refusal;
        }

        var old = draft.State.Nodes.FindLiving(command.Node.Name);
        var remembered = Remember(draft, command.Node);
        var node = draft.Change(old, Build(draft, token, command.Node, remembered), "node.admitted");
        if (old is not null && old.Certificate.Serial != node.Certificate.Serial)
        {
            draft.Revoke(old, old.Certificate, "replaced when the node was admitted again");
        }

        TokenCommands.Change(draft, token, Use(token, node), "token.used");
        return VarWrites.MakeWith(draft, writes, node);
    }

    /// <summary>What was given at commissioning stays; a group given now is remembered from now on (M4).</summary>
    private static Commissioned Remember(Draft draft, NodeRecord record)
    {
        var before = draft.State.Commissioned.GetValueOrDefault(record.Name) ?? new Commissioned(record.Name, "", TagSet.Empty);
        var now = before with { Group = record.Group.Length > 0 ? record.Group : before.Group };
        draft.Put(now);
        return now;
    }

    private static Node Build(Draft draft, Token token, NodeRecord record, Commissioned remembered) =>
        NodeRecords.NodeOf(record, NodeState.Commissioning, draft.Index) with
        {
            Role = token.Role,
            Group = remembered.Group,
            Tags = remembered.Tags,
            Cordoned = draft.State.Nodes.FindLiving(record.Name) is { Cordoned: true },
        };

    private static Token Use(Token token, Node node) =>
        token with { UsedBy = node.Id, UsedByName = node.Name, UsedKeyHash = node.Certificate.KeyHash };
}
