using Grpc.Core;
using Pryvd.Raft;

namespace Pryvd.Api;

/// <summary>The errors that callers meet: what happened, why, what to do. The CLI turns their codes into exit codes.</summary>
internal static class Errors
{
    public static RpcException NoLeader(string what) => new(new Status(
        StatusCode.Unavailable,
        $"{what}: the cluster has no leader that can be reached from here. If most voters are down, start them; "
        + "if they are lost for good, see 'pryvd raft recover --help'. Reads with --stale answer from what this node has."));

    /// <summary>No leader, and why, as far as is known: a node that was taken out of its cluster finds none however many there are.</summary>
    public static RpcException NoLeader(string what, ClusterSession session) => session.Notices.Denial is { } denial
        ? new RpcException(new Status(StatusCode.PermissionDenied, $"{what}: the cluster does not take this node for one of its own any more. {denial}"))
        : NoLeader(what);

    public static RpcException NotInCluster() => new(new Status(
        StatusCode.FailedPrecondition,
        "This node belongs to no cluster. Make one with 'pryvd init', or join one with 'pryvd join PEER --token-file FILE'."));

    public static RpcException Stopped(string problem) => new(new Status(
        StatusCode.FailedPrecondition, $"This node has stopped: {problem}"));

    public static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));

    public static RpcException NotFound(string message) => new(new Status(StatusCode.NotFound, message));

    public static RpcException Conflict(string message) => new(new Status(StatusCode.FailedPrecondition, message));
}
