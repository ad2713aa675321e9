using Grpc.Core;
using Pryv.Internal.V1;
using Pryvd.Api;

namespace Pryvd.Peers;

/// <summary>Takes in nodes that have a token and no certificate yet; the leader decides.</summary>
internal sealed class AdmissionService(LeaderCalls leader) : Admission.AdmissionBase
{
    public override Task<AdmitReply> Admit(AdmitRequest request, ServerCallContext context) =>
        PeerProtocol.Understands(request.ProtocolVersion)
            ? leader.CallAsync<AdmitReply>(request, context, new Model.Actor(request.Node?.Name ?? "", -1, 0))
            : throw new RpcException(new Status(
                StatusCode.FailedPrecondition,
                $"The joining node speaks protocol version {request.ProtocolVersion}, the cluster {PeerProtocol.Oldest} to {PeerProtocol.Version}; install the cluster's version on it."));
}
