using System.Collections.Immutable;
using Pryv.Consensus;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>What the agent must know after a restart of the daemon: it is durable before what it allows is done.</summary>
/// <param name="Through">The newest order that was ever obeyed here; an older state is not obeyed any more.</param>
/// <param name="RunsBelow">Run numbers below this may have been used.</param>
/// <param name="Obeyed">Instances that may run here or have something here.</param>
public sealed record AgentMemory(OrderMark Through, long RunsBelow, ImmutableSortedDictionary<InstanceId, ObeyedOrder> Obeyed)
{
    public static readonly AgentMemory Empty = new(OrderMark.None, 1, ImmutableSortedDictionary<InstanceId, ObeyedOrder>.Empty);
}

/// <summary>Orders by age: the epoch first, then the index of the command that gave the order.</summary>
public readonly record struct OrderMark(Epoch Epoch, long Generation) : IComparable<OrderMark>
{
    public static readonly OrderMark None = new(default, 0);

    public static bool operator <(OrderMark left, OrderMark right) => left.CompareTo(right) < 0;

    public static bool operator >(OrderMark left, OrderMark right) => left.CompareTo(right) > 0;

    public static bool operator <=(OrderMark left, OrderMark right) => left.CompareTo(right) <= 0;

    public static bool operator >=(OrderMark left, OrderMark right) => left.CompareTo(right) >= 0;

    public int CompareTo(OrderMark other) =>
        Epoch.Value.CompareTo(other.Epoch.Value) is var order and not 0 ? order : Generation.CompareTo(other.Generation);

    public override string ToString() => $"epoch {Epoch.Value}, generation {Generation}";
}

/// <summary>The last order that was obeyed for an instance, with what is needed to stop it when the order itself is gone.</summary>
public sealed record ObeyedOrder(OrderMark Mark, StopPolicy Stop);
