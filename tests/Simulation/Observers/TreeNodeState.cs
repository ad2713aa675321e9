using Pryv.Consensus.Observers;

namespace Simulation.Observers;

/// <summary>One node of the run: what it has, from whom it pulls and whom it serves, and what went through it.</summary>
internal sealed class TreeNodeState(TreeNode node)
{
    public TreeNode Node { get; } = node;

    public bool IsUp { get; set; } = true;

    public long Applied { get; set; }

    public string? Upstream { get; set; }

    public long HeardAt { get; set; }

    /// <summary>Counts the streams that it opened, so that what comes from a former one is known.</summary>
    public int Stream { get; set; }

    public UpstreamChoice Choice { get; } = new();

    public HashSet<string> Children { get; } = new(StringComparer.Ordinal);

    public ReportBook Reports { get; } = new(1);

    /// <summary>What it knows of the observers while it leads.</summary>
    public StandingsBoard Board { get; set; } = StandingsBoard.Empty;

    public long Messages { get; private set; }

    public long Bytes { get; private set; }

    public int MostChildren { get; set; }

    /// <summary>A message came in or went out.</summary>
    public void Count(int bytes)
    {
        Messages++;
        Bytes += bytes;
    }

    public void ResetCounts() => (Messages, Bytes) = (0, 0);
}
