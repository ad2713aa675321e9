using Pryv.Consensus.Observers;
using Pryvd.Model;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>The nodes of the tree, from this node's copy of the state.</summary>
internal static class Upstreams
{
    /// <summary>Members as the configuration names them, and observers that are in service.</summary>
    public static IReadOnlyList<TreeNode> Known(ClusterSession session)
    {
        var nodes = session.Store.Read().State.Nodes;
        var configuration = session.Configuration;
        var members = configuration.Members.Values
            .Select(m => new TreeNode(m.Node, m.Address, nodes.Find(new NodeId(m.Node))?.Datacenter ?? "", true))
            .DistinctBy(m => m.Node)
            .ToList();
        var isMember = members.Select(m => m.Node).ToHashSet(StringComparer.Ordinal);
        var observers = nodes.Living
            .Where(n => n.State is NodeState.Ready or NodeState.Draining or NodeState.Maintenance && !isMember.Contains(n.Id.Value))
            .Select(n => new TreeNode(n.Id.Value, n.Address, n.Datacenter, false));
        return [.. members, .. observers];
    }

    /// <summary>The candidates for this node; those that it joined through while it knows nothing else.</summary>
    public static IReadOnlyList<TreeNode> Candidates(ClusterSession session)
    {
        var candidates = UpstreamPlan.Candidates(session.NodeId, ZoneOf(session), Known(session), session.Leader?.Node);
        return candidates.Count > 0
            ? candidates
            : [.. session.Parts.Peers.Read().Where(p => p.Node != session.NodeId).Select(p => new TreeNode(p.Node, p.Address, "", true))];
    }

    public static string ZoneOf(ClusterSession session) =>
        session.Store.Read().State.Nodes.Find(new NodeId(session.NodeId))?.Datacenter ?? session.Parts.Datacenter;
}
