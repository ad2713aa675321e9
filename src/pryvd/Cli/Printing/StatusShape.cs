using System.Text.Json.Nodes;
using Pryv.V1;

namespace Pryvd.Cli.Printing;

/// <summary>The status for scripts. What is not known is null.</summary>
internal static class StatusShape
{
    public static JsonObject Of(StatusReply status) => new()
    {
        ["state"] = status.State,
        ["cluster"] = JsonText.OrNull(status.Cluster),
        ["cluster_id"] = JsonText.OrNull(status.ClusterId),
        ["node"] = JsonText.OrNull(status.Node),
        ["node_id"] = JsonText.OrNull(status.NodeId),
        ["role"] = JsonText.OrNull(status.Role),
        ["leader"] = JsonText.OrNull(status.Leader),
        ["term"] = status.Term,
        ["quorum"] = status.Quorum,
        ["commit_index"] = status.CommitIndex,
        ["applied_index"] = status.AppliedIndex,
        ["epoch"] = status.Epoch,
        ["cluster_version"] = status.ClusterVersion,
        ["version"] = status.Version,
        ["members"] = JsonText.Array(status.Members, Shapes.Member),
        ["notices"] = JsonText.Array(status.Notices, notice => JsonValue.Create(notice)),
        ["problem"] = JsonText.OrNull(status.Problem),
        ["info"] = Shapes.Info(status.Info),
        ["timing"] = Timing(status.Timing),
    };

    private static JsonObject? Timing(Timing? timing) => timing is null ? null : new JsonObject
    {
        ["heartbeat_ms"] = timing.HeartbeatMs,
        ["election_min_ms"] = timing.ElectionMinMs,
        ["election_max_ms"] = timing.ElectionMaxMs,
        ["measured_round_trip_p99_ms"] = timing.MeasuredRoundTripP99Ms,
        ["measured_flush_p99_ms"] = timing.MeasuredFlushP99Ms,
        ["recommended_election_min_ms"] = timing.RecommendedElectionMinMs,
    };
}
