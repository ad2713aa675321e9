using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The cluster's keys, where this node holds them.</summary>
internal static class Custody
{
    /// <summary>The keys, to be disposed of after use.</summary>
    /// <exception cref="Grpc.Core.RpcException">This node has none.</exception>
    public static CustodyKeys Require(NodeHost host) => host.IdentityFolder.Custody.Exists
        ? host.IdentityFolder.Custody.Load()
        : throw Errors.Conflict(
            "This node leads but does not hold the cluster's keys. Hand leadership to another voter with 'pryvd raft transfer', and try again.");
}
