using System.Collections.Immutable;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Health;

/// <summary>What this leader heard of the nodes since it leads: approximate, its own, and not replicated (O2).</summary>
public sealed record ClusterView
{
    private ClusterView(TimeSpan listeningSince) => ListeningSince = listeningSince;

    /// <summary>Before this nothing was heard, whatever was said.</summary>
    public TimeSpan ListeningSince { get; private init; }

    private ImmutableDictionary<NodeId, NodeView> Nodes { get; init; } = ImmutableDictionary<NodeId, NodeView>.Empty;

    public static ClusterView Begin(TimeSpan now) => new(now);

    /// <summary>Takes a report in. A late one, sent before one that is known, changes nothing.</summary>
    public ClusterView Observe(NodeReport report, TimeSpan now) =>
        Find(report.Node) is { } known && known.Run == report.Run && known.Sequence >= report.Sequence
            ? this
            : this with { Nodes = Nodes.SetItem(report.Node, NodeView.Of(report, now)) };

    /// <summary>The listener was away: silence counts from now on.</summary>
    public ClusterView ListenAnew(TimeSpan now) => this with { ListeningSince = now };

    public ClusterView Forget(NodeId node) => this with { Nodes = Nodes.Remove(node) };

    public NodeView? Find(NodeId node) => Nodes.GetValueOrDefault(node);

    public IEnumerable<NodeId> Known => Nodes.Keys;

    /// <summary>For how long nothing was heard of the node, as far as this leader can say.</summary>
    public TimeSpan SilenceOf(NodeId node, TimeSpan now) =>
        now - (Find(node) is { } known && known.HeardAt > ListeningSince ? known.HeardAt : ListeningSince);

    /// <summary>
    /// Whether the node, which was told not to run the instance, says that it does not: it has read that order and the last record
    /// of the instance, names no other state than the recorded one, and claims no lease for it.
    /// </summary>
    public bool IsStopped(Assignment assignment, InstanceStatus? status) =>
        !assignment.Wanted
        && (status is null || status.State == InstanceState.Stopped)
        && Find(assignment.Node) is { } node
        && node.Applied >= Math.Max(assignment.Changed.Value, status?.Changed.Value ?? 0)
        && !node.IsPartial
        && !node.Differing.Contains(assignment.Instance)
        && !node.Claimed.Contains(assignment.Instance);
}
