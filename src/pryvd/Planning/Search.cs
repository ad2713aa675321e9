using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Finds the node for each instance of one component, while others take theirs.</summary>
internal sealed class Search
{
    private const int FewSites = 4;
    private const int FirstClasses = 256;

    private readonly PlanInput _input;
    private readonly NodePool _pool;
    private readonly Component _component;
    private readonly Crowd _crowd;
    private readonly Sites _sites;
    private readonly List<TagConstraint> _ofNode;

    public Search(PlanInput input, NodePool pool, Component component, IEnumerable<Sorted> instances)
    {
        (_input, _pool, _component) = (input, pool, component);
        _ofNode = [.. component.Spec.Constraints.Where(Tags.IsOfNode)];
        _crowd = new Crowd(component.Spec.Spread);
        _sites = pool.SitesOf(component.Spec);
        Demands = string.Join(
            '/',
            (string[])[Sites.KeyOf(component.Spec), .. _ofNode.Select(Tags.Text), $"{component.Spec.Resources}", .. component.Spec.Ports.Select(port => $"{port.Fixed}")]);
        foreach (var item in instances)
        {
            if (item is { Stays: true, Assignment: { } held } && pool.Find(held.Node) is { } slot)
            {
                _crowd.Add(slot);
            }
        }
    }

    public Crowd Crowd => _crowd;

    /// <summary>All that an obstacle can come from: equal for components that find a place on the same nodes or on none.</summary>
    public string Demands { get; }

    /// <summary>The best node, or null (R4): first fewest of the component on the node, then in each failure domain, then most room.</summary>
    /// <param name="parallel">At most so many may be starting on it; null for no such bound.</param>
    public Candidate? Best(InstanceId instance, int? parallel)
    {
        if (_sites.All.Count > FewSites && BestOfFirst(instance, parallel) is { } ideal)
        {
            return ideal;
        }

        Candidate? best = null;
        foreach (var site in _sites.All)
        {
            if (MayWin(site, best) && BestOf(site.Nodes, instance, parallel) is { } slot)
            {
                best = Better(best, slot, site);
            }
        }

        return best;
    }

    /// <summary>Gives the instance to the node; the numbers of its ports, or null when there are none left.</summary>
    public IReadOnlyDictionary<string, int>? Take(Candidate candidate, InstanceId instance)
    {
        var ports = GivenPorts.Of(candidate.Slot, _component.Spec, instance, null, _input.State.Settings);
        if (ports is not null)
        {
            candidate.Slot.Class!.Change(candidate.Slot, slot => slot.Add(instance, _component.Spec.Resources, ports, starting: true));
            _crowd.Add(candidate.Slot);
        }

        return ports;
    }

    /// <summary>What stands in the way on all nodes, the commonest first.</summary>
    public string WhyNone(InstanceId instance, int? parallel)
    {
        var why = _pool.All
            .Select(slot => Obstacle.Of(slot, _component.Spec, instance, parallel) ?? "no port is left in the range of the cluster")
            .GroupBy(reason => reason)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()}: {group.Key}")
            .Take(5)
            .ToList();
        return why.Count == 0 ? "there is no node" : $"no node can take it ({string.Join("; ", why)})";
    }

    /// <summary>
    /// The node with most room that no node can beat in spread; null when it is not in one of the first classes. So a place in a
    /// cluster of many failure domains is found without a look at all of them.
    /// </summary>
    private Candidate? BestOfFirst(InstanceId instance, int? parallel)
    {
        var bound = _crowd.LeastIn(_sites.Values);
        NodeSlot? best = null;
        foreach (var nodes in _pool.ByRoom.Take(FirstClasses))
        {
            if (best is not null && Rank.CompareRoom(best, nodes.First) < 0)
            {
                return new Candidate(best, 0, bound);
            }

            if (_sites.Find(nodes) is { } site && CompareDomains(site, bound) <= 0 && BestOf(nodes, instance, parallel) is { } slot && _crowd.On(slot) == 0)
            {
                best = best is null || Rank.CompareRoom(slot, best) < 0 ? slot : best;
            }
        }

        return best is not null && _pool.ByRoom.Count <= FirstClasses ? new Candidate(best, 0, bound) : null;
    }

    /// <summary>Whether a node of the site can be better than the best one; looks at the site only.</summary>
    private bool MayWin(Site site, Candidate? best) =>
        best is not { OnNode: 0 }
        || CompareDomains(site, best.InDomains) is var order && (order < 0 || (order == 0 && Rank.CompareRoom(site.Nodes.First, best.Slot) < 0));

    private Candidate Better(Candidate? best, NodeSlot slot, Site site)
    {
        var there = _crowd.On(slot);
        return best is not null && (there > best.OnNode || (there == best.OnNode && CompareDomains(site, best.InDomains) is var order && (order > 0 || (order == 0 && Rank.CompareRoom(slot, best.Slot) > 0))))
            ? best
            : new Candidate(slot, there, _crowd.In(site.Domains));
    }

    private int CompareDomains(Site site, IReadOnlyList<int> best)
    {
        for (var i = 0; i < best.Count; i++)
        {
            var order = _crowd.In(i, site.Domains[i]) - best[i];
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private NodeSlot? BestOf(NodeClass nodes, InstanceId instance, int? parallel)
    {
        if (_crowd.On(nodes.First) == 0 && IsPossible(nodes.First, instance, parallel))
        {
            return nodes.First;
        }

        NodeSlot? best = null;
        var fewest = int.MaxValue;
        foreach (var slot in nodes.Slots)
        {
            var there = _crowd.On(slot);
            if (there < fewest && IsPossible(slot, instance, parallel))
            {
                (best, fewest) = (slot, there);
            }

            if (fewest == 0)
            {
                break;
            }
        }

        return best;
    }

    private bool IsPossible(NodeSlot slot, InstanceId instance, int? parallel) =>
        (_ofNode.Count == 0 || _ofNode.All(demand => Tags.Meets(slot, demand)))
        && Obstacle.OfRoom(slot, _component.Spec, instance, Resources.None, parallel) is null;
}
