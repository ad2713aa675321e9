using Grpc.Core;
using Pryv.Consensus;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>Whether a peer speaks of the same cluster and epoch, in a version that is understood.</summary>
internal static class SessionCheck
{
    /// <param name="host">The node here, which ends where another epoch has begun.</param>
    /// <param name="session">Its session, that the other one speaks with.</param>
    /// <param name="node">Who speaks.</param>
    /// <param name="version">The protocol version that it speaks.</param>
    /// <param name="cluster">The cluster that it takes itself for a node of.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <exception cref="RpcException">They do not speak of the same.</exception>
    public static void Require(NodeHost host, ClusterSession session, string node, uint version, string cluster, Epoch epoch)
    {
        if (cluster != session.ClusterId)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"The message is of cluster {cluster}, this node is of another."));
        }

        // Before its version: one whose time is over must hear so in any.
        if (epoch < session.Epoch)
        {
            throw new EpochOverException(new Status(StatusCode.FailedPrecondition, EpochCheck.Over(epoch, session.Epoch, session.Parts)), session.Epoch);
        }

        if (!PeerProtocol.Understands(version))
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition,
                $"The peer speaks protocol version {version}, this node {PeerProtocol.Oldest} to {PeerProtocol.Version}; upgrade the older one."));
        }

        if (epoch > session.Epoch)
        {
            // One that we never elected with cannot end us by its word alone.
            if (session is MemberSession && session.Configuration.All.Any(m => m.Node == node))
            {
                _ = host.RetireAsync(session, EpochCheck.Over(session.Epoch, epoch, session.Parts));
            }

            throw new RpcException(new Status(StatusCode.Unavailable, $"This node is still of epoch {session.Epoch} and cannot go on so."));
        }
    }
}
