using Pryv.Consensus;

namespace Pryvd.Model.Components;

/// <summary>A component as the cluster remembers it.</summary>
public sealed record Component
{
    public string Name => Spec.Name;

    public required ComponentSpec Spec { get; init; }

    /// <summary>The spec as canonical JSON: equal text is an equal spec.</summary>
    public required string SpecJson { get; init; }

    /// <summary>Counts the specs that it has had, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>The version since which its instances run the same (<see cref="RunPart"/>); at most <see cref="Version"/>.</summary>
    public required long RunVersion { get; init; }

    /// <summary>Nothing of it shall run; its homes stay.</summary>
    public required bool Stopped { get; init; }

    /// <summary>It goes: its instances are stopped and removed, then the record is.</summary>
    public required bool Deleting { get; init; }

    /// <summary>Index of the command that changed it last.</summary>
    public required LogIndex Changed { get; init; }
}
