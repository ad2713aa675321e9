using System.Collections.Immutable;
using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>What this node is to run, from its own copy of the state as of one index.</summary>
/// <param name="Known">The node stands in that state; else the state is one that is still being caught up with, and says nothing.</param>
/// <param name="Mine">The assignments of this node.</param>
/// <param name="Recorded">The statuses of those, where there is one under the present generation.</param>
public sealed record Orders(
    Epoch Epoch,
    LogIndex Applied,
    bool Known,
    ImmutableSortedDictionary<InstanceId, Assignment> Mine,
    ImmutableSortedDictionary<InstanceId, InstanceStatus> Recorded)
{
    public static readonly Orders None = new(
        default, LogIndex.Zero, false, ImmutableSortedDictionary<InstanceId, Assignment>.Empty, ImmutableSortedDictionary<InstanceId, InstanceStatus>.Empty);

    public static Orders Of(ClusterState state, NodeId self, Epoch epoch, LogIndex applied)
    {
        var mine = state.Running.Assignments.On(self).ToImmutableSortedDictionary(a => a.Instance, a => a);
        var recorded = mine.Values.Select(state.Running.StatusOf).OfType<InstanceStatus>().ToImmutableSortedDictionary(s => s.Instance, s => s);
        return new Orders(epoch, applied, state.Nodes.Find(self) is { IsGone: false }, mine, recorded);
    }

    /// <summary>Whether both give the same orders and records; a state that changed elsewhere is no news.</summary>
    public bool SaysTheSameAs(Orders other) =>
        Epoch == other.Epoch && Known == other.Known
        && Mine.Count == other.Mine.Count && Mine.Values.Zip(other.Mine.Values).All(pair => ReferenceEquals(pair.First, pair.Second))
        && Recorded.Count == other.Recorded.Count && Recorded.Values.Zip(other.Recorded.Values).All(pair => ReferenceEquals(pair.First, pair.Second));
}
