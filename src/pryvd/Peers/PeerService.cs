using Google.Protobuf;
using Grpc.Core;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Agent.Artifacts;
using Pryvd.Api;
using Pryvd.Commands;
using Pryvd.Observers;
using Pryvd.Peers.Identity;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Peers;

/// <summary>What members ask of each other.</summary>
internal sealed class PeerService(NodeHost host, LeaderCalls leader, PeerAccess access) : Peer.PeerBase
{
    private readonly ArtifactSending _artifacts = new(host.Artifacts);
    private readonly LogService _logs = new(host, new Watches(host, WatchLimits.Default));

    public override Task<HelloReply> Hello(HelloRequest request, ServerCallContext context)
    {
        access.RequireNode(context);
        var session = host.RequireSession();
        return Task.FromResult(new HelloReply
        {
            ClusterId = session.ClusterId,
            NodeId = session.NodeId,
            Node = session.NodeName,
            Member = (session as MemberSession)?.LogIdentity.Member.ToString() ?? "",
            Epoch = session.Epoch.Value,
            ProtocolVersion = PeerProtocol.Version,
            CommandVersion = CommandVersions.Known,
            Version = NodeFacts.Version,
            LeaderAddress = session.Leads ? host.Address : session.Leader?.Address ?? "",
            HasCustody = host.IdentityFolder.Custody.Exists,
        });
    }

    public override Task Forward(IAsyncStreamReader<ForwardCalls> requestStream, IServerStreamWriter<ForwardAnswers> responseStream, ServerCallContext context)
    {
        var node = access.RequireNode(context);
        var name = host.RequireSession().Store.Read().State.Nodes.Find(new Model.NodeId(node))?.Name ?? node;
        var answering = new ForwardAnswering(request => AnswerAsync(request, node, name, context.CancellationToken), () => access.RequireNode(context));
        return answering.RunAsync(requestStream, responseStream, context.CancellationToken);
    }

    public override Task<TakeCustodyReply> TakeCustody(TakeCustodyRequest request, ServerCallContext context)
    {
        var giver = access.RequireNode(context);
        var identity = host.RequireSession().Identity;
        if (!host.RequireSession().Configuration.IsEmpty && !IsVoter(giver))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {giver} does not vote; only voters hold the keys and give them on."));
        }

        using var keys = CustodyKeys.FromMessage(request);
        host.IdentityFolder.Custody.Store(keys, identity.Authority.RawData);
        return Task.FromResult(new TakeCustodyReply());
    }

    public override Task<RejoinReply> Rejoin(RejoinRequest request, ServerCallContext context)
    {
        RequireSelf(request.NodeId, access.RequireNode(context));
        RequireOwnVote();
        return leader.CallAsync<RejoinReply>(request, context, new Model.Actor(request.NodeId, -1, 0));
    }

    public override Task<RenewReply> Renew(RenewRequest request, ServerCallContext context)
    {
        RequireSelf(request.NodeId, access.RequireNode(context, allowExpired: true));
        RequireOwnVote();
        return leader.CallAsync<RenewReply>(request, context, new Model.Actor(request.NodeId, -1, 0));
    }

    public override Task FetchArtifact(FetchArtifactRequest request, IServerStreamWriter<ArtifactPiece> responseStream, ServerCallContext context)
    {
        access.RequireNode(context);
        return _artifacts.SendAsync(request, responseStream, context);
    }

    private async Task<ForwardReply> AnswerAsync(ForwardRequest request, string node, string name, CancellationToken cancel)
    {
        var actor = ActorMessage.Read(request.Actor) with { Node = name };
        try
        {
            RequireMaySpeak(request, node);
            return new ForwardReply { Reply = await leader.AnswerAsync(request.Method, request.Request, actor, cancel).ConfigureAwait(false) };
        }
        catch (NotLeaderException)
        {
            return new ForwardReply { Status = (int)StatusCode.Unavailable, Message = "This node does not lead, or no longer." };
        }
        catch (RpcException failure)
        {
            return new ForwardReply { Status = (int)failure.StatusCode, Message = failure.Status.Detail };
        }
        catch (StoreException fault)
        {
            return new ForwardReply { Status = (int)StatusCode.Unavailable, Message = fault.Message };
        }
    }

    /// <summary>What a node asks for itself another one hands on only if it votes: voters hold the authority's key anyway. How it is it says itself.</summary>
    private void RequireMaySpeak(ForwardRequest request, string node)
    {
        if (request.Method == "/pryv.internal.v1.Peer/ReportAgent")
        {
            RequireSelf(AgentReport.Parser.ParseFrom(request.Request).NodeId, node);
        }

        var asked = request.Method switch
        {
            "/pryv.internal.v1.Peer/Renew" => RenewRequest.Parser.ParseFrom(request.Request).NodeId,
            "/pryv.internal.v1.Peer/Rejoin" => RejoinRequest.Parser.ParseFrom(request.Request).NodeId,
            _ => node,
        };
        if (!IsVoter(node))
        {
            RequireSelf(asked, node);
        }
    }

    /// <summary>Only a voter hands these on, so another one says at once that a voter should be asked.</summary>
    private void RequireOwnVote()
    {
        if (!IsVoter(host.RequireSession().NodeId))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "This node does not vote; a voter must be asked."));
        }
    }

    private bool IsVoter(string node) =>
        host.RequireSession().Configuration is var configuration && configuration.All.Any(m => m.Node == node && configuration.IsVoter(m.Id));

    private static void RequireSelf(string asked, string node)
    {
        if (asked != node)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {node} asked for node {asked}; a node speaks only for itself."));
        }
    }

    public override Task Pull(PullRequest request, IServerStreamWriter<PullFrame> responseStream, ServerCallContext context)
    {
        var node = access.RequireNode(context);
        var session = host.RequireSession();

        // One of an older epoch is told to begin anew, not refused.
        SessionCheck.Require(host, session, node, request.ProtocolVersion, request.ClusterId, new Epoch(Math.Max(request.Epoch, session.Epoch.Value)));
        return PullServer.ServeAsync(session, node, request, responseStream, () => access.RequireNode(context), context.CancellationToken);
    }

    public override Task<StandingReply> ReportStanding(StandingReport request, ServerCallContext context)
    {
        var node = access.RequireNode(context);
        var session = RequireMember();
        if (request.Epoch == session.Epoch.Value)
        {
            session.Reports.Take(node, new LogIndex(request.Applied), session.Commit);
        }

        return Task.FromResult(new StandingReply());
    }

    public override Task<CollectReply> CollectStandings(CollectRequest request, ServerCallContext context)
    {
        access.RequireNode(context);
        return Task.FromResult(RequireMember().Reports.Since(request.Since));
    }

    public override Task<BecomeCandidateReply> BecomeCandidate(BecomeCandidateRequest request, ServerCallContext context)
    {
        var node = access.RequireNode(context);
        var session = host.RequireSession() as ObserverSession
            ?? throw new RpcException(new Status(StatusCode.FailedPrecondition, "This node is a member already."));
        if (session.Leader?.Node != node)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"Node {node} is not the leader, as far as is known here."));
        }

        _ = Task.Run(() => Candidacy.RunAsync(host, session));
        return Task.FromResult(new BecomeCandidateReply());
    }

    public override Task ReadLogs(Pryv.V1.ReadLogsRequest request, IServerStreamWriter<Pryv.V1.LogLines> responseStream, ServerCallContext context)
    {
        access.RequireNode(context);
        return _logs.ReadHere(request, responseStream, context);
    }

    private MemberSession RequireMember() => host.RequireSession() as MemberSession
        ?? throw new RpcException(new Status(StatusCode.FailedPrecondition, "This node is an observer and takes no part in consensus."));
}
