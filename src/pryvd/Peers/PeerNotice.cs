using Grpc.Core;

namespace Pryvd.Peers;

/// <summary>What went wrong with a peer.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Refused">It answered, and refused us.</param>
/// <param name="Denied">It refused us for who we are: our certificate is none of the cluster's, or no longer.</param>
public sealed record PeerNotice(string Reason, bool Refused, bool Denied)
{
    public static PeerNotice Of(Exception failure, string reason)
    {
        var denied = failure is RpcException { StatusCode: StatusCode.PermissionDenied or StatusCode.Unauthenticated };
        return new PeerNotice(reason, denied || failure is RpcException { StatusCode: StatusCode.FailedPrecondition }, denied);
    }
}
