namespace Pryvd.Planning;

/// <summary>Which of two nodes has more room: by score, then by the number of instances, then by name.</summary>
internal static class Rank
{
    public static int CompareRoom(NodeSlot x, NodeSlot y)
    {
        var score = y.Score.CompareTo(x.Score);
        var instances = score != 0 ? score : x.Instances.CompareTo(y.Instances);
        return instances != 0 ? instances : string.CompareOrdinal(x.Node.Name, y.Node.Name);
    }
}

/// <summary>A node that could take an instance.</summary>
/// <param name="OnNode">How many of its component are there.</param>
/// <param name="InDomains">How many are in each of its failure domains, the wider first.</param>
internal sealed record Candidate(NodeSlot Slot, int OnNode, IReadOnlyList<int> InDomains);
