namespace Pryv.Consensus.Observers;

/// <summary>
/// From whom an observer may pull, best first. The observers of a datacenter are ordered by id and laid out like a heap:
/// the first ones pull from members, the next from those, and so on. An observer pulls only from members and from
/// observers with a lower id. That order is the same for all and for good, so there is no cycle, whatever list of nodes
/// each one goes by; and within one list each step leads to a higher level, so the way to a member is short.
/// </summary>
public static class UpstreamPlan
{
    /// <summary>More are not needed: who finds none of these fails for another reason.</summary>
    public const int MaxCandidates = 24;

    private const int MaxOfLevel = 8;

    /// <param name="self">The id of the one that looks.</param>
    /// <param name="zone">Its datacenter.</param>
    /// <param name="nodes">All that may serve, from its own copy of the state.</param>
    /// <param name="leader">Who leads, when known: it is asked last.</param>
    public static IReadOnlyList<TreeNode> Candidates(string self, string zone, IReadOnlyCollection<TreeNode> nodes, string? leader)
    {
        var members = nodes.Where(n => n.IsMember && n.Node != self).OrderBy(n => Distance(n, zone, leader)).ThenByDescending(n => Weight(self, n.Node)).ThenBy(n => n.Node, StringComparer.Ordinal).ToList();
        var peers = nodes.Where(n => !n.IsMember && n.Zone == zone && Precedes(n.Node, self)).OrderBy(n => n.Node, StringComparer.Ordinal).ToList();
        var top = TreeShape.TopWidth(members.Count(m => m.Zone == zone));
        return [.. Above(self, peers, top).Concat(members).Take(MaxCandidates)];
    }

    /// <summary>The order that keeps the tree free of cycles.</summary>
    public static bool Precedes(string upstream, string observer) => string.CompareOrdinal(upstream, observer) < 0;

    /// <summary>Observers of the levels above, the planned upstream first; none on the top level.</summary>
    private static IEnumerable<TreeNode> Above(string self, List<TreeNode> peers, int top)
    {
        var rank = peers.Count;
        var (level, first, above) = TreeShape.LevelOf(rank, top);
        if (level == 0)
        {
            return [];
        }

        var planned = peers[above + ((rank - first) / TreeShape.PlannedChildren)];
        var sameLevel = peers.Take(first).Skip(above).OrderByDescending(n => Weight(self, n.Node)).Take(MaxOfLevel);
        var higher = peers.Take(above).OrderByDescending(n => Weight(self, n.Node)).Take(MaxOfLevel);
        return sameLevel.Concat(higher).Where(n => n != planned).Prepend(planned);
    }

    /// <summary>Members nearby before those afar; the leader, who has other work, after the others of its kind.</summary>
    private static int Distance(TreeNode member, string zone, string? leader) =>
        (member.Zone == zone ? 0 : 2) + (member.Node == leader ? 1 : 0);

    /// <summary>The same for the same pair everywhere and else evenly spread (FNV-1a with a final mix), so that each member gets its share and keeps it when others go.</summary>
    private static ulong Weight(string self, string other)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in self)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        foreach (var character in other)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        hash ^= hash >> 32;
        hash *= 0xd6e8feb86659fd93UL;
        return hash ^ (hash >> 32);
    }
}
