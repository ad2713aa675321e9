using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Pryv.Grpc;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>
/// Who calls on the peer port. TLS lets any certificate in, so that the answer can say what is wrong with it; every call is
/// judged here. The chain is looked at once a connection and membership, revocation at every call.
/// </summary>
internal sealed class PeerAccess(NodeHost host)
{
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> _checked = [];

    /// <summary>The node that calls; it may speak only for itself.</summary>
    /// <exception cref="RpcException">It is none of ours, or no longer.</exception>
    public string RequireNode(ServerCallContext context, bool allowExpired = false) =>
        RequireNode(context.GetHttpContext().Features.Get<ITlsConnectionFeature>()?.ClientCertificate, allowExpired);

    /// <inheritdoc cref="RequireNode(ServerCallContext, bool)"/>
    public string RequireNode(X509Certificate2? certificate, bool allowExpired = false)
    {
        var session = host.RequireSession();
        var check = certificate is null
            ? session.Certificates.CheckClient(null)
            : Check(session.Certificates, certificate);

        if (!(check.IsMember || (allowExpired && check.MayRenew)))
        {
            throw Refuse(check.Reason);
        }

        var view = session.Store.Read();
        var node = view.State.Nodes.Find(new Model.NodeId(check.Name!.NodeId));
        return view.IsRevoked(check.Serial!) || node is { IsGone: true }
            ? throw Refuse($"Node {node?.Name ?? check.Name.NodeId} was removed from the cluster and its certificate revoked. To come back, leave with 'pryvd leave --force' there and join with a new token.")
            : check.Name.NodeId;
    }

    /// <summary>A verdict holds for the membership that it was made in, and as long as the certificate is valid.</summary>
    private PeerCheck Check(PeerCertificates judge, X509Certificate2 certificate)
    {
        if (_checked.TryGetValue(certificate, out var verdict) && verdict.Judge == judge
            && !(verdict.Check.IsMember && certificate.NotAfter.ToUniversalTime() < host.Clock.GetUtcNow()))
        {
            return verdict.Check;
        }

        var check = judge.CheckClient(certificate);
        _checked.AddOrUpdate(certificate, new Verdict(judge, check));
        return check;
    }

    private sealed record Verdict(PeerCertificates Judge, PeerCheck Check);

    private static RpcException Refuse(string reason) => new(new Status(StatusCode.PermissionDenied, reason));
}
