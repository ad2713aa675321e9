using Pryvd.Health;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>All that a plan is made from.</summary>
public sealed record PlanInput
{
    public required ClusterState State { get; init; }

    public required ClusterView View { get; init; }

    public required LeaseBook Leases { get; init; }

    public required TimeSpan Now { get; init; }

    /// <summary>The state holds all that was committed before this moment; leases are judged as of then.</summary>
    public required TimeSpan FreshAsOf { get; init; }

    public HealthTiming Timing => HealthTiming.Of(State);

    public ComponentTables Running => State.Running;

    /// <summary>Whether no other node can run the instance any more, whatever its present node does.</summary>
    public bool LeaseHasEnded(Assignment assignment) =>
        !assignment.Spec.IsLeased
        || Leases.HasEnded(assignment.Instance, Timing, TimeSpan.FromMilliseconds(Running.Graces.GetValueOrDefault(assignment.Node)), FreshAsOf);

    public bool IsStopped(Assignment assignment) => View.IsStopped(assignment, Running.StatusOf(assignment));

    public string NameOf(NodeId node) => State.Nodes.Find(node)?.Name ?? node.Value;
}
