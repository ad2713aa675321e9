using Grpc.Core;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>Takes in nodes that have a token and no certificate yet; the leader decides.</summary>
internal sealed class AdmissionService(NodeHost host, LeaderCalls leader) : Admission.AdmissionBase
{
    private const int MaxRequestBytes = 512 * 1024;

    /// <summary>Whoever can reach the port may call this, so what is forwarded for them is small.</summary>
    public override Task<AdmitReply> Admit(AdmitRequest request, ServerCallContext context)
    {
        if (!PeerProtocol.Understands(request.ProtocolVersion))
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition,
                $"The joining node speaks protocol version {request.ProtocolVersion}, the cluster {PeerProtocol.Oldest} to {PeerProtocol.Version}; install the cluster's version on it."));
        }

        if (request.CalculateSize() > MaxRequestBytes)
        {
            throw Errors.Invalid($"The request to join has {request.CalculateSize()} bytes, at most {MaxRequestBytes} are taken; give the node fewer variables and set the others later.");
        }

        return leader.CallAsync<AdmitReply>(request, context, new Model.Actor(host.RequireSession().NodeName, -1, 0));
    }
}
