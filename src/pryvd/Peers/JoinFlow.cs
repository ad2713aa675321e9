using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Internal.V1;
using Pryvd.Hosting;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>
/// A node that has a token becomes a member. Nothing is kept here but a key until the leader has admitted it, and a
/// repeated try with the same token and key gets the same admission.
/// </summary>
internal static class JoinFlow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Returns when the session has started; the caller waits for the state to arrive.</summary>
    public static async Task RunAsync(
        NodeHost host, IReadOnlyList<HostAndPort> peers, string tokenText, string group, IEnumerable<VarWrite> vars, CancellationToken cancel)
    {
        var token = JoinToken.Parse(tokenText);
        var request = MakeRequest(host, tokenText, group, vars);
        var reply = await AskAsync(host, peers, token, request, cancel).ConfigureAwait(false);
        if (AuthorityFingerprint.OfEncoded(reply.AuthorityCertificate.Span).Equals(token.Authority))
        {
            Install(host, reply);
            await host.StartSessionAsync().ConfigureAwait(false);
            return;
        }

        throw new IdentityException("The admitting node handed out another authority than the token names; do not trust it.");
    }

    private static AdmitRequest MakeRequest(NodeHost host, string token, string group, IEnumerable<VarWrite> vars)
    {
        using var key = host.IdentityFolder.NextKey();
        var request = new AdmitRequest
        {
            ProtocolVersion = PeerProtocol.Version,
            Token = token,
            CertificateRequest = ByteString.CopyFrom(NodeRequest.Create(key)),
            Node = NodeFacts.Record(host, "", MemberIds.New().ToString(), group, null),
        };
        request.Vars.AddRange(vars);
        return request;
    }

    private static async Task<AdmitReply> AskAsync(
        NodeHost host, IReadOnlyList<HostAndPort> peers, JoinToken token, AdmitRequest request, CancellationToken cancel)
    {
        var failures = new List<string>();
        foreach (var peer in peers)
        {
            try
            {
                return await AskAsync(host, peer, token, request, cancel).ConfigureAwait(false);
            }
            catch (RpcException failure) when (failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal)
            {
                failures.Add($"{peer}: {failure.Status.Detail}");
            }
        }

        throw new RpcException(new Status(
            StatusCode.Unavailable,
            $"No peer admitted this node. {string.Join("; ", failures)}. Check the address, that pryvd runs there and that its peer port is open; the token may be used again."));
    }

    private static async Task<AdmitReply> AskAsync(
        NodeHost host, HostAndPort peer, JoinToken token, AdmitRequest request, CancellationToken cancel)
    {
        string? refusal = null;
        var handler = Pryv.Grpc.GrpcTransport.Tcp();
        handler.SslOptions = PeerTls.Joiner(token.Authority, host.Clock, check => refusal = check.Reason);
        using var channel = GrpcChannel.ForAddress($"https://{peer}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        try
        {
            return await new Admission.AdmissionClient(channel)
                .AdmitAsync(request, deadline: DateTime.UtcNow + Patience, cancellationToken: cancel).ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException) when (refusal is not null)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"{peer} is not of the cluster that the token is for. {refusal}"));
        }
    }

    private static void Install(NodeHost host, AdmitReply reply)
    {
        Leftovers.MoveAside(host.Folder, "before-join", host.Clock.GetUtcNow());
        NewData.Create(host.Folder, reply.ClusterId, reply.Member, new Epoch(reply.Epoch));
        DurableFile.CreateFolder(host.Folder.IdentityPath);
        new PeerBook(host.Folder.PeersPath, reply.NodeId).Remember(reply.Peers);
        host.IdentityFolder.Custody.Drop();
        host.IdentityFolder.Install(
            new ClusterFile(reply.ClusterId, reply.ClusterName, reply.NodeId, host.Options.Name),
            reply.Certificate.ToByteArray(),
            reply.AuthorityCertificate.ToByteArray());
    }
}
