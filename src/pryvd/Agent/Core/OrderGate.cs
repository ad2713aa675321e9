using System.Globalization;
using Pryv.Consensus;

namespace Pryvd.Agent.Core;

/// <summary>
/// Which state this node may take for its orders. A state can be older than one that was obeyed: the node lost its own and catches up, or
/// the cluster was recovered from a survivor that knew less. What runs must not be stopped on its word.
/// </summary>
public static class OrderGate
{
    /// <summary>Why the orders are not obeyed yet, or null when they are.</summary>
    /// <param name="orders">As applied here now.</param>
    /// <param name="through">The newest order that was obeyed.</param>
    /// <param name="hasRuns">Something runs here.</param>
    /// <param name="confirmed">What a leader of an epoch had applied when it answered; null when none did.</param>
    public static string? Refusal(Orders orders, OrderMark through, bool hasRuns, (Epoch Epoch, LogIndex Applied)? confirmed)
    {
        if (!orders.Known)
        {
            return "this node does not stand in the state that is applied here; it is still being caught up with";
        }

        if (orders.Epoch < through.Epoch)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"the state here is of epoch {orders.Epoch.Value}, orders of epoch {through.Epoch.Value} were obeyed already");
        }

        if (orders.Epoch > through.Epoch)
        {
            var isFirst = through == OrderMark.None && !hasRuns;
            return isFirst || (confirmed is { } said && said.Epoch == orders.Epoch && orders.Applied >= said.Applied)
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"the cluster began epoch {orders.Epoch.Value}; its leader has not yet said how far its orders go");
        }

        return orders.Applied.Value < through.Generation
            ? string.Create(CultureInfo.InvariantCulture, $"the state here is at index {orders.Applied.Value}, an order of index {through.Generation} was obeyed already")
            : null;
    }
}
