using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Observers;
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
    // One after the other, or two would see the last free place.
    private static readonly TimeSpan LeastLed = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1);

    public void Register(LeaderCalls leader)
    {
        leader.Register<AdmitRequest, AdmitReply>("/pryv.internal.v1.Admission/Admit", (request, actor, cancel) => InTurnAsync(() => AdmitAsync(request, actor), cancel));
        leader.Register<RejoinRequest, RejoinReply>("/pryv.internal.v1.Peer/Rejoin", (request, actor, cancel) => InTurnAsync(() => RejoinAsync(request, actor), cancel));
        leader.Register<RenewRequest, RenewReply>("/pryv.internal.v1.Peer/Renew", RenewAsync);
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> step, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await step().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<AdmitReply> AdmitAsync(AdmitRequest request, Actor actor)
    {
        var session = host.RequireMember();
        var token = ParseToken(request.Token);
        var csr = ReadRequest(request.CertificateRequest);
        var state = session.Store.Read().State;
        RequireUsable(state, token, csr);
        var record = request.Node ?? throw Errors.Invalid("The request names no node.");
        var known = state.Nodes.FindLiving(record.Name);
        RequireSilent(session, known, csr);
        RequireNewMember(session, known, csr, record.Member);

        record.Id = known?.Id.Value ?? MemberIds.NewNodeId();
        record.Member = IsMember(session, state, state.Tokens[token.Id].Role, record.Id) ? record.Member : "";
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
        host.Logger.LogInformation("Node {Node} was admitted as {Member}", reply.Node.Name, reply.Node.Member.Length > 0 ? $"member {reply.Node.Member}" : "an observer");
        return Answer(session, reply.Node);
    }

    private async Task<RejoinReply> RejoinAsync(RejoinRequest request, Actor actor)
    {
        var session = host.RequireMember();
        var node = session.Store.Read().State.Nodes.Find(new NodeId(request.NodeId))
            ?? throw Errors.NotFound($"The cluster knows no node {request.NodeId}; join with a new token.");
        var member = node.Member.IsNone && !request.Candidate ? "" : await AddBackAsync(session, node, request, actor).ConfigureAwait(false);
        var answer = new RejoinReply
        {
            ClusterId = session.Identity.Cluster.ClusterId,
            Epoch = session.LogIdentity.Epoch.Value,
            Member = member,
        };
        answer.Peers.AddRange(PeersOf(session));
        return answer;
    }

    private async Task<RenewReply> RenewAsync(RenewRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireMember();
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

    /// <summary>The node gets a new member id; the id.</summary>
    private async Task<string> AddBackAsync(MemberSession session, Node node, RejoinRequest request, Actor actor)
    {
        var envelope = RequestIds.Envelope("", actor, request.Candidate ? "a candidate was needed" : "its log was lost");
        envelope.RejoinNode = new RejoinNode
        {
            NodeId = request.NodeId,
            OldMember = node.MemberText,
            NewMember = request.NewMember,
            Address = request.Address,
        };
        if (MemberId.TryParse(request.NewMember, out var asked) && session.Configuration.IsVoter(asked))
        {
            throw Errors.Conflict($"Member {request.NewMember} votes already; a node whose log is new takes a new id.");
        }

        var reply = await LeaderCalls.ProposeAsync(session, envelope).ConfigureAwait(false);
        await AddMemberAsync(session, reply.Node).ConfigureAwait(false);
        return reply.Node.Member;
    }

    /// <summary>Who is asked to observe does; others are members while there is room. Who was asked to vote always is.</summary>
    private static bool IsMember(MemberSession session, ClusterState state, NodeRole role, string node) => role switch
    {
        NodeRole.Observer => false,
        NodeRole.Auto => session.Configuration.Members.Values.Where(m => m.Node != node).DistinctBy(m => m.Node).Count() < state.Settings.Members,
        _ => true,
    };

    private async Task AddMemberAsync(MemberSession session, NodeRecord node)
    {
        if (!MemberId.TryParse(node.Member, out var id))
        {
            await RemoveFormerAsync(session, node.Id).ConfigureAwait(false);
            return;
        }

        if (session.Runner.Status.Configuration.Members.ContainsKey(id))
        {
            return;
        }

        var wanted = Enum.Parse<WantedRole>(node.Role, ignoreCase: true);
        var member = new Member(id, node.Id, node.Address, MemberRole.Learner, wanted);
        await members.ChangeAsync(session, () => Autopilot.Replace(session.Runner.Status.Configuration, member).Changes).ConfigureAwait(false);
    }

    /// <summary>A node that was a member and comes again as an observer.</summary>
    private async Task RemoveFormerAsync(MemberSession session, string node)
    {
        foreach (var former in session.Configuration.Members.Values.Where(m => m.Node == node))
        {
            await members.RemoveAsync(session, former.Id).ConfigureAwait(false);
        }
    }

    private AdmitReply Answer(MemberSession session, NodeRecord node)
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

    private ClusterAuthority OpenAuthority(MemberSession session)
    {
        using var keys = host.IdentityFolder.Custody.Load();
        return ClusterAuthority.Load(session.Identity.Authority.RawData, keys.AuthorityKey);
    }

    private static IEnumerable<PeerAddress> PeersOf(MemberSession session) =>
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

    /// <summary>A member id that is in use is given again only to the node that asks a second time with the same key; an empty log must not vote in the name of a lost one.</summary>
    private static void RequireNewMember(MemberSession session, Node? known, NodeRequest request, string member)
    {
        var isRepeat = known is not null && known.MemberText == member && known.Certificate.KeyHash.Span.SequenceEqual(request.KeyHash);
        if (MemberId.TryParse(member, out var id) && session.Configuration.Find(id) is not null && !isRepeat)
        {
            throw Errors.Conflict($"Member id {member} is in use; a node takes a new one each time its log is new.");
        }
    }

    /// <summary>A name is taken over from a node that is gone, never from one that is there.</summary>
    private static void RequireSilent(MemberSession session, Node? known, NodeRequest request)
    {
        if (known is null || known.Certificate.KeyHash.Span.SequenceEqual(request.KeyHash))
        {
            return;
        }

        if (session.LedFor < LeastLed)
        {
            // Just elected, we have not heard of anybody yet: the caller is served in a moment.
            throw new NotLeaderException();
        }

        var heard = session.Runner.Status.Members.FirstOrDefault(m => m.Id == known.Member);
        var isHeard = heard is { EverHeard: true, SilentTicks: < 100 } || session.Observers.Of(known.Id.Value) != ObserverStanding.Silent;
        if (known.Member == session.LogIdentity.Member || isHeard)
        {
            throw new RpcException(new Status(
                StatusCode.AlreadyExists,
                $"Node {known.Name} at {known.Address} belongs to the cluster and answers. Choose another name with --name, or decommission it first."));
        }
    }
}
