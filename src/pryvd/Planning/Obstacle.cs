using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Why a node cannot take an instance, in phrases that are the same for all nodes with the same fault.</summary>
internal static class Obstacle
{
    /// <param name="parallel">At most so many may be starting on it; null for no such bound.</param>
    public static string? Of(NodeSlot slot, ComponentSpec spec, InstanceId instance, int? parallel) =>
        slot.Bar ?? OfTags(slot, spec) ?? OfRoom(slot, spec, instance, Resources.None, parallel);

    public static string? OfTags(NodeSlot slot, ComponentSpec spec) =>
        spec.Constraints.FirstOrDefault(demand => !Tags.Meets(slot, demand)) is { } missed ? $"its tags do not meet '{Tags.Text(missed)}'" : null;

    /// <param name="held">What the instance has of the node already.</param>
    public static string? OfRoom(NodeSlot slot, ComponentSpec spec, InstanceId instance, Resources held, int? parallel)
    {
        if (slot.Lack(spec.Resources, held) is { } lack)
        {
            return lack;
        }

        for (var i = 0; i < spec.Ports.Count; i++)
        {
            if (spec.Ports[i].Fixed is { } number && slot.HolderOf(number, instance) is { } holder)
            {
                return $"port {number} is taken by an instance of {holder.Component}";
            }
        }

        return slot.Starting >= parallel ? $"it is starting {parallel} instances already" : null;
    }
}
