using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>
/// Keeps this node's certificate young. The leader signs; a voter whose own certificate has expired signs it itself, because
/// a cluster in which all have expired could not talk otherwise.
/// </summary>
internal sealed class Renewal(NodeHost host, ClusterSession session, LeaderCalls leader)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync()
    {
        var ended = session.Ended;
        while (!ended.IsCompleted)
        {
            await RenewIfDueAsync().ConfigureAwait(false);
            await Task.WhenAny(ended, Task.Delay(Pace)).ConfigureAwait(false);
        }
    }

    /// <summary>Does nothing while the certificate is young; tries again the next time when it fails.</summary>
    internal async Task RenewIfDueAsync()
    {
        if (host.Clock.GetUtcNow() < session.Identity.RenewAt)
        {
            return;
        }

        try
        {
            using var key = host.IdentityFolder.NextKey();
            var request = new RenewRequest
            {
                NodeId = session.NodeId,
                CertificateRequest = ByteString.CopyFrom(NodeRequest.Create(key)),
                SealingKey = ByteString.CopyFrom(session.Identity.SealingPublicKey),
            };
            var hasExpired = host.Clock.GetUtcNow() >= session.Identity.Certificate.NotAfter.ToUniversalTime();
            var certificate = hasExpired && host.IdentityFolder.Custody.Exists ? SignOwn(request) : await AskAsync(request, hasExpired).ConfigureAwait(false);
            host.IdentityFolder.InstallRenewed(certificate);
            session.Parts.Renewed(host.IdentityFolder.Load());
            session.Channels.Renew();
            host.Logger.LogInformation("The certificate was renewed; it is valid until {NotAfter:u}", session.Identity.Certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception failure) when (failure is RpcException or IdentityException)
        {
            host.Logger.LogWarning("The certificate, valid until {NotAfter:u}, could not be renewed yet: {Reason}", session.Identity.Certificate.NotAfter.ToUniversalTime(), failure.Message);
        }
    }

    private byte[] SignOwn(RenewRequest request)
    {
        using var keys = host.IdentityFolder.Custody.Load();
        using var authority = ClusterAuthority.Load(session.Identity.Authority.RawData, keys.AuthorityKey);
        var name = new CertifiedName(session.Identity.Cluster.ClusterId, session.NodeId);
        return authority.Issue(request.CertificateRequest.ToByteArray(), name, ClusterAuthority.DefaultValidity, host.Clock.GetUtcNow()).Der;
    }

    /// <summary>With an expired certificate only this one call is let in, so it goes to the members themselves, one after the other.</summary>
    private async Task<byte[]> AskAsync(RenewRequest request, bool hasExpired)
    {
        if (!hasExpired)
        {
            var reply = await leader.CallAsync<RenewReply>(
                "/pryv.internal.v1.Peer/Renew", request, new Model.Actor(session.NodeName, -1, 0), DateTime.UtcNow + Patience, CancellationToken.None).ConfigureAwait(false);
            return reply.Certificate.ToByteArray();
        }

        RpcException? last = null;
        foreach (var member in session.Configuration.All.Where(m => m.Node != session.NodeId))
        {
            try
            {
                var reply = await session.Channels.Client(member.Node, member.Address)
                    .RenewAsync(request, deadline: DateTime.UtcNow + Patience).ResponseAsync.ConfigureAwait(false);
                return reply.Certificate.ToByteArray();
            }
            catch (RpcException failure)
            {
                last = failure;
            }
        }

        throw last ?? new RpcException(new Status(StatusCode.Unavailable, "no member is known that could renew it"));
    }
}
