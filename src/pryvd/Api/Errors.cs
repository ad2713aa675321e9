using Grpc.Core;

namespace Pryvd.Api;

/// <summary>The errors that callers meet: what happened, why, what to do. The CLI turns their codes into exit codes.</summary>
internal static class Errors
{
    public static RpcException NoLeader(string what) => new(new Status(
        StatusCode.Unavailable,
        $"{what}: the cluster has no leader that can be reached from here. If most voters are down, start them; "
        + "if they are lost for good, see 'pryvd raft recover --help'. Reads with --stale answer from what this node has."));

    public static RpcException NotInCluster() => new(new Status(
        StatusCode.FailedPrecondition,
        "This node belongs to no cluster. Make one with 'pryvd init', or join one with 'pryvd join PEER --token-file FILE'."));

    public static RpcException Stopped(string problem) => new(new Status(
        StatusCode.FailedPrecondition, $"This node has stopped: {problem}"));

    public static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));

    public static RpcException NotFound(string message) => new(new Status(StatusCode.NotFound, message));

    public static RpcException Conflict(string message) => new(new Status(StatusCode.FailedPrecondition, message));
}
