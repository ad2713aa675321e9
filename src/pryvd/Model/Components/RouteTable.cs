namespace Pryvd.Model.Components;

/// <summary>Which healthy instances answer for a host name (T1): derived from one state alone, so that every node has it without a leader.</summary>
public static class RouteTable
{
    /// <summary>The hosts of all components in their order, also those for which nothing is healthy, with targets in the order of their instances.</summary>
    public static IReadOnlyList<Route> Of(ClusterState state)
    {
        var hosts = new SortedDictionary<string, List<RouteTarget>>(StringComparer.Ordinal);
        foreach (var host in state.Running.Components.Values.Where(item => !item.Deleting).SelectMany(item => item.Spec.Routes).Select(route => route.Host))
        {
            hosts.TryAdd(host, []);
        }

        foreach (var assignment in state.Running.Assignments.All)
        {
            Add(hosts, state, assignment);
        }

        return [.. hosts.Select(host => new Route(host.Key, host.Value))];
    }

    private static void Add(SortedDictionary<string, List<RouteTarget>> hosts, ClusterState state, Assignment assignment)
    {
        if (assignment.Spec.Routes.Count == 0 || !Serves(state, assignment) || state.Nodes.Find(assignment.Node) is not { } node || !MayServe(node))
        {
            return;
        }

        // What runs has the routes of the spec that it was given, which may be older than its component's.
        foreach (var (host, port) in assignment.Spec.Routes)
        {
            var target = new RouteTarget(assignment.Instance, node.Name, node.Host, assignment.Ports[port], assignment.Generation);
            if (hosts.TryGetValue(host, out var targets))
            {
                targets.Add(target);
            }
            else
            {
                hosts[host] = [target];
            }
        }
    }

    private static bool Serves(ClusterState state, Assignment assignment) =>
        assignment.Wanted && state.Running.StatusOf(assignment) is { State: InstanceState.Healthy };

    private static bool MayServe(Node node) => !node.IsSilent && !node.IsGone;
}

/// <param name="Host">DNS name.</param>
public sealed record Route(string Host, IReadOnlyList<RouteTarget> Targets)
{
    public bool Equals(Route? other) => other is not null && Host == other.Host && Targets.SequenceEqual(other.Targets);

    public override int GetHashCode() => HashCode.Combine(Host, Targets.Count);
}

/// <param name="Node">Its name.</param>
/// <param name="Address">Host of the node, without port.</param>
/// <param name="Generation">The fencing token: of two for one instance, the higher is the right one.</param>
public sealed record RouteTarget(InstanceId Instance, string Node, string Address, int Port, long Generation);
