namespace Pryv.Consensus.Observers;

/// <summary>How wide the tree is.</summary>
public static class TreeShape
{
    /// <summary>Voters and candidates that the leader takes in by itself; later nodes observe.</summary>
    public const int Members = 9;

    /// <summary>What an upstream serves at most.</summary>
    public const int MaxChildren = 32;

    /// <summary>What it is planned for: half, so that the children of a lost one find room elsewhere.</summary>
    public const int PlannedChildren = 16;

    /// <summary>What the leader serves while there are other members: its work must not grow with the cluster.</summary>
    public const int LeaderChildren = 4;

    /// <summary>How many observers of a datacenter without members pull from afar; the others pull from them.</summary>
    public const int RemoteRoots = 2;

    /// <summary>How many a node may serve now.</summary>
    /// <param name="leads">Whether it is the leader.</param>
    /// <param name="members">How many members there are, itself among them.</param>
    public static int Capacity(bool leads, int members) => leads && members > 1 ? LeaderChildren : MaxChildren;

    /// <summary>How many observers pull from the members themselves. It does not depend on who leads, or a change of leader would move the whole tree.</summary>
    public static int TopWidth(int membersInZone) => membersInZone switch
    {
        0 => RemoteRoots,
        1 => PlannedChildren,
        _ => PlannedChildren * (membersInZone - 1),
    };

    /// <summary>The level of the observer with this rank, the index of the level's first one, and that of the level above; level 0 pulls from members.</summary>
    public static (int Level, int First, int FirstAbove) LevelOf(int rank, int topWidth)
    {
        var (level, first, above, width) = (0, 0, 0, topWidth);
        while (rank >= first + width)
        {
            (level, above, first, width) = (level + 1, first, first + width, width * PlannedChildren);
        }

        return (level, first, above);
    }
}
