using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

public enum DecisionAction
{
    Place,
    Update,
    Stop,
    Start,
    Remove,
}

/// <summary>One change of one instance: so specific that carrying it out takes no decision, with the versions of the records that it was decided from (O4, O5).</summary>
public sealed record Decision
{
    public required InstanceId Instance { get; init; }

    public required DecisionAction Action { get; init; }

    public required Bucket Bucket { get; init; }

    /// <summary>The node that gets it; for all but place the node that has it.</summary>
    public required NodeId Node { get; init; }

    /// <summary>For place and update: the numbers of its ports by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = NoPorts;

    public required string Reason { get; init; }

    public required long ComponentVersion { get; init; }

    /// <summary>None where there was no assignment.</summary>
    public required LogIndex AssignmentChanged { get; init; }

    /// <summary>For place.</summary>
    public LogIndex NodeChanged { get; init; } = LogIndex.Zero;

    private static readonly IReadOnlyDictionary<string, int> NoPorts = new SortedDictionary<string, int>(StringComparer.Ordinal);
}
