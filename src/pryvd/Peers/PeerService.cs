using Google.Protobuf;
using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Commands;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>What members ask of each other.</summary>
internal sealed class PeerService(NodeHost host, LeaderCalls leader, PeerAccess access) : Peer.PeerBase
{
    public override Task<HelloReply> Hello(HelloRequest request, ServerCallContext context)
    {
        access.RequireNode(context);
        var session = host.RequireSession();
        var status = session.Runner.Status;
        return Task.FromResult(new HelloReply
        {
            ClusterId = session.LogIdentity.Cluster.ToString("N"),
            NodeId = session.NodeId,
            Node = session.NodeName,
            Member = session.LogIdentity.Member.ToString(),
            Epoch = session.LogIdentity.Epoch.Value,
            ProtocolVersion = PeerProtocol.Version,
            CommandVersion = CommandVersions.Known,
            Version = NodeFacts.Version,
            LeaderAddress = status.Configuration.Find(status.Leader)?.Address ?? "",
            HasCustody = host.IdentityFolder.Custody.Exists,
        });
    }

    public override async Task<DeliverReply> Deliver(IAsyncStreamReader<ConsensusFrame> requestStream, ServerCallContext context)
    {
        var node = access.RequireNode(context);
        var session = host.RequireSession();
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            // A revocation or the end of the session ends the stream, too.
            access.RequireNode(context);
            Check(session, requestStream.Current);
            foreach (var bytes in requestStream.Current.Messages)
            {
                session.Receive(Decode(session, bytes, node), node);
            }
        }

        return new DeliverReply { Epoch = session.LogIdentity.Epoch.Value };
    }

    public override Task Forward(IAsyncStreamReader<ForwardCalls> requestStream, IServerStreamWriter<ForwardAnswers> responseStream, ServerCallContext context)
    {
        var node = access.RequireNode(context);
        var name = host.RequireSession().Store.Read().State.Nodes.Find(new Model.NodeId(node))?.Name ?? node;
        var answering = new ForwardAnswering(request => AnswerAsync(request, name, context.CancellationToken), () => access.RequireNode(context));
        return answering.RunAsync(requestStream, responseStream, context.CancellationToken);
    }

    public override Task<TakeCustodyReply> TakeCustody(TakeCustodyRequest request, ServerCallContext context)
    {
        access.RequireNode(context);
        var identity = host.RequireSession().Identity;
        using var keys = CustodyKeys.FromMessage(request);
        host.IdentityFolder.Custody.Store(keys, identity.Authority.RawData);
        return Task.FromResult(new TakeCustodyReply());
    }

    public override Task<RejoinReply> Rejoin(RejoinRequest request, ServerCallContext context)
    {
        RequireSelf(request.NodeId, access.RequireNode(context));
        return leader.CallAsync<RejoinReply>(request, context, new Model.Actor(request.NodeId, -1, 0));
    }

    public override Task<RenewReply> Renew(RenewRequest request, ServerCallContext context)
    {
        RequireSelf(request.NodeId, access.RequireNode(context, allowExpired: true));
        return leader.CallAsync<RenewReply>(request, context, new Model.Actor(request.NodeId, -1, 0));
    }

    private async Task<ForwardReply> AnswerAsync(ForwardRequest request, string node, CancellationToken cancel)
    {
        var actor = ActorMessage.Read(request.Actor) with { Node = node };
        try
        {
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
    }

    private static void RequireSelf(string asked, string node)
    {
        if (asked != node)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {node} asked for node {asked}; a node speaks only for itself."));
        }
    }

    private static Message Decode(ClusterSession session, ByteString bytes, string node)
    {
        var message = MessageCodec.Decode(bytes.Memory);
        return session.Runner.Status.Configuration.Find(message.From) is { } member && member.Node != node
            ? throw new RpcException(new Status(StatusCode.PermissionDenied, $"Node {node} spoke for member {message.From}; a node speaks only for itself."))
            : message;
    }

    private void Check(ClusterSession session, ConsensusFrame frame)
    {
        if (!PeerProtocol.Understands(frame.ProtocolVersion))
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition,
                $"The peer speaks protocol version {frame.ProtocolVersion}, this node {PeerProtocol.Oldest} to {PeerProtocol.Version}; upgrade the older one."));
        }

        if (frame.ClusterId != session.LogIdentity.Cluster.ToString("N"))
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"The message is of cluster {frame.ClusterId}, this node is of another."));
        }

        var epoch = new Epoch(frame.Epoch);
        if (epoch < session.LogIdentity.Epoch)
        {
            throw new RpcException(
                new Status(StatusCode.FailedPrecondition, EpochCheck.Over(epoch, session.LogIdentity.Epoch, session.Parts)),
                new Metadata { { PeerProtocol.EpochTrailer, $"{session.LogIdentity.Epoch.Value}" } });
        }

        if (epoch > session.LogIdentity.Epoch)
        {
            _ = host.RetireAsync(session, EpochCheck.Over(session.LogIdentity.Epoch, epoch, session.Parts));
            throw new RpcException(new Status(StatusCode.Unavailable, $"This node is still of epoch {session.LogIdentity.Epoch} and stops."));
        }
    }
}
