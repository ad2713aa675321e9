using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Gives the ports of an instance their numbers on a node.</summary>
internal static class GivenPorts
{
    /// <param name="held">Numbers that it has there already; they stay.</param>
    /// <returns>Null when the range is used up.</returns>
    public static SortedDictionary<string, int>? Of(NodeSlot slot, ComponentSpec spec, InstanceId instance, IReadOnlyDictionary<string, int>? held, Settings settings)
    {
        var given = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var taken = spec.Ports.Where(port => port.Fixed is not null).Select(port => port.Fixed!.Value).ToHashSet();
        var next = settings.PortsFirst;
        foreach (var port in spec.Ports)
        {
            if (port.Fixed is { } number || (held is not null && held.TryGetValue(port.Name, out number) && taken.Add(number)))
            {
                given[port.Name] = number;
                continue;
            }

            while (next <= settings.PortsLast && (taken.Contains(next) || slot.HolderOf(next, instance) is not null || IsHeld(held, next)))
            {
                next++;
            }

            if (next > settings.PortsLast)
            {
                return null;
            }

            taken.Add(next);
            given[port.Name] = next;
        }

        return given;
    }

    private static bool IsHeld(IReadOnlyDictionary<string, int>? held, int number) => held is not null && held.Values.Contains(number);
}
