using System.Globalization;
using Pryvd.Model;

namespace Pryvd.Health;

/// <summary>
/// Says which nodes are silent and which are back (H2, H6). It goes by what the nodes themselves say to this leader, never by what one
/// says of another, and calls nobody silent while it is more likely that this leader does not hear.
/// </summary>
public static class Judge
{
    /// <summary>A node is back when it has applied all but so many entries.</summary>
    private const long Lag = 256;

    private const int FewNodes = 3;
    private const int Share = 5;

    /// <param name="self">The leader's own node.</param>
    /// <param name="applied">What the leader has applied.</param>
    public static Judgement Of(ClusterState state, ClusterView view, NodeId self, HealthTiming timing, long applied, TimeSpan now)
    {
        var watched = state.Nodes.Living.Where(IsWatched).ToList();
        var back = watched.Where(node => IsBack(node, view, timing, applied, now)).Select(Back).ToList();
        var silent = watched.Where(node => node.State != NodeState.Dead && SilenceOf(node, state, view, now) >= timing.Suspect).ToList();
        if (Pause(watched.Count, silent, view, self, timing, now) is { } paused)
        {
            return new Judgement(back, silent.Count > 0 ? paused : null);
        }

        return new Judgement([.. back, .. silent.Select(node => Next(node, SilenceOf(node, state, view, now), timing)).OfType<Verdict>()], null);
    }

    public static Liveness LivenessOf(NodeId node, ClusterView view, HealthTiming timing, TimeSpan now) => view.SilenceOf(node, now) switch
    {
        var silence when silence >= timing.Dead => Liveness.Dead,
        var silence when silence >= timing.Unreachable => Liveness.Unreachable,
        var silence when silence >= timing.Suspect => Liveness.Suspect,
        _ => Liveness.Alive,
    };

    /// <summary>Who is in maintenance may be off; who joins for the first time is seen to elsewhere.</summary>
    private static bool IsWatched(Node node) =>
        node.State is NodeState.Ready or NodeState.Draining or NodeState.Decommissioning or NodeState.Unreachable or NodeState.Dead
        || node is { State: NodeState.Commissioning, Transitions: > 1 };

    /// <summary>A node whose stop was planned has its grace on top, until it reports that it runs.</summary>
    private static TimeSpan SilenceOf(Node node, ClusterState state, ClusterView view, TimeSpan now) =>
        view.Find(node.Id) is { Stopping: false }
            ? view.SilenceOf(node.Id, now)
            : view.SilenceOf(node.Id, now) - TimeSpan.FromMilliseconds(state.Running.Graces.GetValueOrDefault(node.Id));

    private static bool IsBack(Node node, ClusterView view, HealthTiming timing, long applied, TimeSpan now) =>
        node.State is NodeState.Unreachable or NodeState.Dead
        && view.Find(node.Id) is { Stopping: false } known
        && known.HeardAt >= view.ListeningSince
        && now - known.HeardAt < timing.Suspect
        && applied - known.Applied < Lag;

    /// <summary>What it was being drained or taken out for still holds.</summary>
    private static Verdict Back(Node node) => new(node, node.Returning, "it reports again");

    private static string? Pause(int watched, List<Node> silent, ClusterView view, NodeId self, HealthTiming timing, TimeSpan now)
    {
        if (now - view.ListeningSince < timing.Dead)
        {
            return string.Create(CultureInfo.InvariantCulture, $"this leader has listened for {Seconds(now - view.ListeningSince)} s; nobody is called silent before {Seconds(timing.Dead)} s");
        }

        if (view.Find(self) is null || view.SilenceOf(self, now) >= timing.Suspect)
        {
            return "this leader does not hear the reports of its own node, so it calls nobody silent; look at the agent in its log";
        }

        return silent.Count > Math.Max(FewNodes, watched / Share)
            ? $"{silent.Count} of {watched} nodes fell silent at once, which is taken for a fault of this leader's network: no verdicts until they are heard again; take those that are off to maintenance, or look at the network of node {self}"
            : null;
    }

    private static Verdict? Next(Node node, TimeSpan silence, HealthTiming timing) => node.State switch
    {
        NodeState.Unreachable when silence >= timing.Dead => new(node, NodeState.Dead, $"no report for {Seconds(silence)} s"),
        not (NodeState.Unreachable or NodeState.Dead) when silence >= timing.Unreachable => new(node, NodeState.Unreachable, $"no report for {Seconds(silence)} s"),
        _ => null,
    };

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
