using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Peers.Identity;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Leader;

/// <summary>
/// The leader's side of joining, coming back and renewing: first the command that makes the node known, then the change
/// of the members. A crash between the two is healed by the node, which asks again, or by <see cref="LeaderDuties"/>.
/// </summary>
internal sealed class Admissions(NodeHost host, Members members)
{
    public void Register(LeaderCalls leader)
    {
        leader.Register<AdmitRequest, AdmitReply>("/pryv.internal.v1.Admission/Admit", AdmitAsync);
        leader.Register<RejoinRequest, RejoinReply>("/pryv.internal.v1.Peer/Rejoin", RejoinAsync);
        leader.Register<RenewRequest, RenewReply>("/pryv.internal.v1.Peer/Renew", RenewAsync);
    }

    private async Task<AdmitReply> AdmitAsync(AdmitRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireSession();
        var token = ParseToken(request.Token);
        var csr = ReadRequest(request.CertificateRequest);
        var state = session.Store.Read().State;
        RequireUsable(state, token, csr);
        var record = request.Node ?? throw Errors.Invalid("The request names no node.");
        var known = state.Nodes.FindLiving(record.Name);
        RequireSilent(session, known, csr);

        record.Id = known?.Id.Value ?? MemberIds.NewNodeId();
        using var authority = OpenAuthority(session);
        var issued = authority.Issue(
            request.CertificateRequest.ToByteArray(), new CertifiedName(session.Identity.Cluster.ClusterId, record.Id),
            ClusterAuthority.DefaultValidity, host.Clock.GetUtcNow());
        record.Certificate = NodeFacts.CertificateOf(issued);

        var command = new AdmitNode { TokenId = token.Id, TokenHash = ByteString.CopyFrom(token.Hash()), Node = record };
        command.Vars.AddRange(request.Vars);
        var envelope = RequestIds.Envelope("", actor, "join");
        envelope.AdmitNode = command;
        var reply = await LeaderCalls.ProposeAsync(session, envelope).ConfigureAwait(false);
        await AddMemberAsync(session, reply.Node).ConfigureAwait(false);
        host.Logger.LogInformation("Node {Node} was admitted as member {Member}", reply.Node.Name, reply.Node.Member);
        return Answer(session, reply.Node);
    }

    private async Task<RejoinReply> RejoinAsync(RejoinRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireSession();
        var node = session.Store.Read().State.Nodes.Find(new NodeId(request.NodeId))
            ?? throw Errors.NotFound($"The cluster knows no node {request.NodeId}; join with a new token.");
        var envelope = RequestIds.Envelope("", actor, "its log was lost");
        envelope.RejoinNode = new RejoinNode
        {
            NodeId = request.NodeId,
            OldMember = node.Member.ToString(),
            NewMember = request.NewMember,
            Address = request.Address,
        };
        var reply = await LeaderCalls.ProposeAsync(session, envelope).ConfigureAwait(false);
        await AddMemberAsync(session, reply.Node).ConfigureAwait(false);
        var answer = new RejoinReply
        {
            ClusterId = session.Identity.Cluster.ClusterId,
            Epoch = session.LogIdentity.Epoch.Value,
            Member = reply.Node.Member,
        };
        answer.Peers.AddRange(PeersOf(session));
        return answer;
    }

    private async Task<RenewReply> RenewAsync(RenewRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireSession();
        using var authority = OpenAuthority(session);
        var issued = authority.Issue(
            request.CertificateRequest.ToByteArray(), new CertifiedName(session.Identity.Cluster.ClusterId, request.NodeId),
            ClusterAuthority.DefaultValidity, host.Clock.GetUtcNow());
        var envelope = RequestIds.Envelope("", actor, "renewal");
        envelope.RenewCertificate = new RenewCertificate
        {
            NodeId = request.NodeId,
            Certificate = NodeFacts.CertificateOf(issued),
            SealingKey = request.SealingKey,
        };
        await LeaderCalls.ProposeAsync(session, envelope).ConfigureAwait(false);
        return new RenewReply { Certificate = ByteString.CopyFrom(issued.Der) };
    }

    private async Task AddMemberAsync(ClusterSession session, NodeRecord node)
    {
        _ = MemberId.TryParse(node.Member, out var id);
        if (session.Runner.Status.Configuration.Members.ContainsKey(id))
        {
            return;
        }

        var wanted = Enum.Parse<WantedRole>(node.Role, ignoreCase: true);
        var member = new Member(id, node.Id, node.Address, MemberRole.Learner, wanted);
        await members.ChangeAsync(session, () => Autopilot.Replace(session.Runner.Status.Configuration, member).Changes).ConfigureAwait(false);
    }

    private AdmitReply Answer(ClusterSession session, NodeRecord node)
    {
        var reply = new AdmitReply
        {
            ClusterId = session.Identity.Cluster.ClusterId,
            ClusterName = session.Identity.Cluster.ClusterName,
            Epoch = session.LogIdentity.Epoch.Value,
            NodeId = node.Id,
            Certificate = node.Certificate.Der,
            AuthorityCertificate = ByteString.CopyFrom(session.Identity.Authority.RawData),
            Member = node.Member,
        };
        reply.Peers.AddRange(PeersOf(session));
        return reply;
    }

    private ClusterAuthority OpenAuthority(ClusterSession session)
    {
        using var keys = host.IdentityFolder.Custody.Load();
        return ClusterAuthority.Load(session.Identity.Authority.RawData, keys.AuthorityKey);
    }

    private static IEnumerable<PeerAddress> PeersOf(ClusterSession session) =>
        session.Runner.Status.Configuration.All.Select(m => new PeerAddress { NodeId = m.Node, Member = m.Id.ToString(), Address = m.Address });

    private static JoinToken ParseToken(string text)
    {
        try
        {
            return JoinToken.Parse(text);
        }
        catch (IdentityException malformed)
        {
            throw Errors.Invalid(malformed.Message);
        }
    }

    private static NodeRequest ReadRequest(ByteString der)
    {
        try
        {
            return NodeRequest.Read(der.ToByteArray());
        }
        catch (IdentityException malformed)
        {
            throw Errors.Invalid(malformed.Message);
        }
    }

    /// <summary>Looked at before the work of signing; the command that is applied decides.</summary>
    private void RequireUsable(ClusterState state, JoinToken token, NodeRequest request)
    {
        if (!state.Tokens.TryGetValue(token.Id, out var kept) || !token.Matches(kept.Hash.Span))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, "The cluster knows no such token; make one on a member with 'pryvd token create'."));
        }

        var standing = kept.StateAt(host.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var isRepeat = kept.IsUsed && kept.UsedKeyHash.Span.SequenceEqual(request.KeyHash);
        if (standing != "usable" && !isRepeat)
        {
            var by = kept.IsUsed ? $", by node {kept.UsedByName}" : "";
            throw new RpcException(new Status(
                StatusCode.PermissionDenied, $"Token {token.Id} is {standing}{by}; make a new one on a member with 'pryvd token create'."));
        }
    }

    /// <summary>A name is taken over from a node that is gone, never from one that is there.</summary>
    private static void RequireSilent(ClusterSession session, Node? known, NodeRequest request)
    {
        if (known is null || known.Certificate.KeyHash.Span.SequenceEqual(request.KeyHash))
        {
            return;
        }

        var heard = session.Runner.Status.Members.FirstOrDefault(m => m.Id == known.Member);
        if (known.Member == session.LogIdentity.Member || heard is { EverHeard: true, SilentTicks: < 100 })
        {
            throw new RpcException(new Status(
                StatusCode.AlreadyExists,
                $"Node {known.Name} at {known.Address} is a member and answers. Choose another name with --name, or decommission it first."));
        }
    }
}
