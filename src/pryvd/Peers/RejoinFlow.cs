using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Membership;
using Pryv.Internal.V1;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>The certificate is there, the log is gone: the node asks its peers to take it back as a new member, until one does.</summary>
internal static class RejoinFlow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="SessionException">Nobody knows this node any more, or it knows nobody.</exception>
    public static async Task RunAsync(NodeHost host, CancellationToken stop)
    {
        var identity = host.Identity!;
        var book = new PeerBook(host.Folder.PeersPath, identity.Cluster.NodeId);
        var peers = book.Read();
        if (peers.Count == 0)
        {
            throw new SessionException(
                $"the log in {host.Folder.LogPath} is gone and no peers are known that could give it back. Restore a snapshot with 'pryvd snapshot restore', or join with a new token.");
        }

        using var channels = new PeerChannels(
            () => identity.Certificate, new PeerCertificates(identity.Authority, _ => false, host.Clock), check => host.Logger.LogWarning("A peer was refused: {Reason}", check.Reason));
        var request = new RejoinRequest
        {
            NodeId = identity.Cluster.NodeId,
            NewMember = MemberIds.New().ToString(),
            Address = host.Address,
        };
        var reply = await UntilAnsweredAsync(host, channels, peers, request, stop).ConfigureAwait(false);
        Leftovers.MoveAside(host.Folder, "before-rejoin", host.Clock.GetUtcNow());
        book.Remember(reply.Peers);
        NewData.Create(host.Folder, reply.ClusterId, reply.Member, new Epoch(reply.Epoch));
        host.Logger.LogInformation("The cluster takes this node back as {Member}", reply.Member.Length > 0 ? $"member {reply.Member}" : "an observer");
    }

    private static async Task<RejoinReply> UntilAnsweredAsync(
        NodeHost host, PeerChannels channels, IReadOnlyList<Member> peers, RejoinRequest request, CancellationToken stop)
    {
        while (true)
        {
            foreach (var peer in peers)
            {
                try
                {
                    return await channels.Client(peer.Node, peer.Address)
                        .RejoinAsync(request, deadline: DateTime.UtcNow + Patience, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
                }
                catch (RpcException refusal) when (refusal.StatusCode is StatusCode.PermissionDenied or StatusCode.NotFound)
                {
                    throw new SessionException($"the cluster does not take this node back: {refusal.Status.Detail}");
                }
                catch (RpcException failure)
                {
                    host.Logger.LogWarning("{Peer} did not take this node back yet: {Reason}", peer.Address, failure.Status.Detail);
                }
            }

            await Task.Delay(Pause, stop).ConfigureAwait(false);
        }
    }
}
