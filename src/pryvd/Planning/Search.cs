using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Finds the node for each instance of one component, while others take theirs.</summary>
internal sealed class Search
{
    private const int FewSites = 4;
    private const int FirstSlots = 64;

    private readonly PlanInput _input;
    private readonly NodePool _pool;
    private readonly Component _component;
    private readonly Crowd _crowd;
    private readonly List<Site> _sites;
    private readonly Dictionary<NodeClass, Site> _siteOf;
    private readonly IReadOnlyList<string>[] _values;
    private readonly List<TagConstraint> _ofNode;

    public Search(PlanInput input, NodePool pool, Component component, IEnumerable<Sorted> instances)
    {
        (_input, _pool, _component) = (input, pool, component);
        _ofNode = [.. component.Spec.Constraints.Where(Tags.IsOfNode)];
        _crowd = new Crowd(component.Spec.Spread);
        _sites = [.. pool.Matching(component.Spec).Select(nodes => new Site(nodes, [.. component.Spec.Spread.Select(nodes.DomainOf)]))];
        _siteOf = _sites.ToDictionary(site => site.Nodes);
        _values = [.. component.Spec.Spread.Select((_, i) => _sites.Select(site => site.Domains[i]).Distinct(StringComparer.Ordinal).ToList())];
        foreach (var item in instances)
        {
            if (item is { Stays: true, Assignment: { } held } && pool.Find(held.Node) is { } slot)
            {
                _crowd.Add(slot);
            }
        }
    }

    public Crowd Crowd => _crowd;

    /// <summary>The best node, or null (R4): first fewest of the component on the node, then in each failure domain, then most room.</summary>
    /// <param name="parallel">At most so many may be starting on it; null for no such bound.</param>
    public Candidate? Best(InstanceId instance, int? parallel)
    {
        if (_sites.Count > FewSites && BestOfFirst(instance, parallel) is { } ideal)
        {
            return ideal;
        }

        Candidate? best = null;
        foreach (var site in _sites)
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
    /// Among the nodes with most room the first one that no node can beat in spread; null when it is not among them. So a place in a
    /// cluster of many failure domains is found without a look at all of them.
    /// </summary>
    private Candidate? BestOfFirst(InstanceId instance, int? parallel)
    {
        var bound = _crowd.LeastIn(_values);
        foreach (var slot in _pool.ByRoom.Take(FirstSlots))
        {
            if (_siteOf.TryGetValue(slot.Class!, out var site) && _crowd.On(slot) == 0 && CompareDomains(site, bound) <= 0 && IsPossible(slot, instance, parallel))
            {
                return new Candidate(slot, 0, bound);
            }
        }

        return null;
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

    /// <summary>A class of nodes that its tags allow, and its failure domains.</summary>
    private sealed record Site(NodeClass Nodes, string[] Domains);
}
