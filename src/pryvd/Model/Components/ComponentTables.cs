using System.Collections.Immutable;

namespace Pryvd.Model.Components;

/// <summary>What shall run, where, and how it does.</summary>
public sealed record ComponentTables
{
    public static readonly ComponentTables Empty = new();

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, Component> Components { get; init; } =
        ImmutableSortedDictionary.Create<string, Component>(StringComparer.Ordinal);

    public AssignmentTable Assignments { get; init; } = AssignmentTable.Empty;

    public ImmutableSortedDictionary<InstanceId, InstanceStatus> Statuses { get; init; } = ImmutableSortedDictionary<InstanceId, InstanceStatus>.Empty;

    /// <summary>Components that are gone, by name: their versions are never used twice.</summary>
    public ImmutableSortedDictionary<string, DeletedComponent> Deleted { get; init; } =
        ImmutableSortedDictionary.Create<string, DeletedComponent>(StringComparer.Ordinal);

    /// <summary>Planned stops that are under way: for so many milliseconds longer the node's instances are its own.</summary>
    public ImmutableDictionary<NodeId, long> Graces { get; init; } = ImmutableDictionary<NodeId, long>.Empty;

    /// <summary>Whether both say what shall run and where; how it does may differ.</summary>
    public bool OrdersTheSameAs(ComponentTables other) =>
        ReferenceEquals(Components, other.Components) && ReferenceEquals(Assignments, other.Assignments) && ReferenceEquals(Graces, other.Graces);

    /// <summary>The status of the instance under its present assignment, or null when nothing of it was said yet.</summary>
    public InstanceStatus? StatusOf(Assignment assignment) =>
        Statuses.TryGetValue(assignment.Instance, out var status) && status.Generation == assignment.Generation ? status : null;
}
