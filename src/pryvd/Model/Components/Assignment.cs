using Pryv.Consensus;

namespace Pryvd.Model.Components;

/// <summary>The order that an instance belongs to a node: the node's agent carries it out, nobody else does.</summary>
public sealed record Assignment
{
    public required InstanceId Instance { get; init; }

    public required NodeId Node { get; init; }

    /// <summary>
    /// Index of the command that gave it to this node: it only grows, whatever becomes of the instance, so it is the fencing
    /// token (invariant 7), together with the epoch.
    /// </summary>
    public required long Generation { get; init; }

    /// <summary>The spec that it shall run; the last one that was decided for it.</summary>
    public required long SpecVersion { get; init; }

    /// <summary>The version since which that spec runs the same (<see cref="RunPart"/>): a run of it is left alone.</summary>
    public required long RunVersion { get; init; }

    /// <summary>That spec; the component may have a newer one by now.</summary>
    public required ComponentSpec Spec { get; init; }

    /// <summary>Whether it shall run; a stopped one keeps its home.</summary>
    public required bool Wanted { get; init; }

    /// <summary>The home was made: a missing marker is lost data from now on (invariant 11).</summary>
    public required bool HomeMade { get; init; }

    /// <summary>Raised to ask for a restart; the agent restarts when it has started with a lower one.</summary>
    public required long Restart { get; init; }

    /// <summary>Numbers of its ports by name, fixed and given ones.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    /// <summary>Why it is where it is.</summary>
    public required string Reason { get; init; }

    /// <summary>Index of the command that changed it last; a decision made from an older one is refused.</summary>
    public required LogIndex Changed { get; init; }
}
