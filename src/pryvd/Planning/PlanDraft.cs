using System.Globalization;
using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>A plan in the making: what is left of the nodes, and what was decided so far.</summary>
internal sealed class PlanDraft
{
    private readonly List<Decision> _decisions = [];
    private readonly List<(PlanWait Wait, bool ByTime)> _waits = [];
    private readonly Dictionary<string, Search> _searches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _misses = new(StringComparer.Ordinal);
    private readonly ILookup<string, Sorted> _byComponent;

    public PlanDraft(PlanInput input)
    {
        Input = input;
        Sorted = [.. Sorting.Of(input).OrderByDescending(item => item.Component.Spec.Priority).ThenBy(item => item.Instance)];
        Pool = new NodePool(input, Sorted);
        _byComponent = Sorted.ToLookup(item => item.Component.Name, StringComparer.Ordinal);
    }

    public PlanInput Input { get; }

    /// <summary>All instances, those of the highest priority first.</summary>
    public IReadOnlyList<Sorted> Sorted { get; }

    public NodePool Pool { get; }

    public IEnumerable<Sorted> In(Bucket bucket) => Sorted.Where(item => item.Bucket == bucket);

    public IEnumerable<IGrouping<string, Sorted>> Components => (IEnumerable<IGrouping<string, Sorted>>)_byComponent;

    public Plan Finish() => new(
        _decisions, [.. _waits.Select(item => item.Wait).OrderBy(wait => wait.Instance)], _waits.Any(item => item.ByTime));

    public void Wait(Sorted item, string why) => _waits.Add((new PlanWait(item.Instance, item.Bucket, why), item.ByTime));

    public void Decide(Sorted item, DecisionAction action, string reason, IReadOnlyDictionary<string, int>? ports = null)
    {
        var decision = new Decision
        {
            Instance = item.Instance,
            Action = action,
            Bucket = item.Bucket,
            Node = item.Assignment!.Node,
            Reason = reason,
            ComponentVersion = item.Component.Version,
            AssignmentChanged = item.Assignment.Changed,
        };
        _decisions.Add(ports is null ? decision : decision with { Ports = ports });
    }

    /// <summary>All instances of a component.</summary>
    public IEnumerable<Sorted> Of(Component component) => _byComponent[component.Name];

    /// <summary>Gives the instance to the best node, or notes what it waits for.</summary>
    /// <returns>Whether it was given.</returns>
    public bool Place(Sorted item, int? parallel)
    {
        var search = SearchFor(item.Component);
        var key = string.Create(CultureInfo.InvariantCulture, $"{search.Demands}/{parallel}");
        if (_misses.TryGetValue(key, out var miss))
        {
            Wait(item, $"{item.Why}; {miss}");
            return false;
        }

        if (search.Best(item.Instance, parallel) is not { } best || search.Take(best, item.Instance) is not { } ports)
        {
            // What one instance does not find no other finds that demands the same: nothing is freed while a plan is made.
            _misses[key] = search.WhyNone(item.Instance, parallel);
            Wait(item, $"{item.Why}; {_misses[key]}");
            return false;
        }

        _decisions.Add(new Decision
        {
            Instance = item.Instance,
            Action = DecisionAction.Place,
            Bucket = item.Bucket,
            Node = best.Slot.Node.Id,
            Ports = ports,
            Reason = $"{item.Why}; {Explaining.WhyTaken(best)}",
            ComponentVersion = item.Component.Version,
            AssignmentChanged = item.Assignment?.Changed ?? LogIndex.Zero,
            NodeChanged = best.Slot.Node.Changed,
        });
        return true;
    }

    /// <summary>Whether some node could take it now.</summary>
    public bool HasRoom(Sorted item) => SearchFor(item.Component).Best(item.Instance, null) is not null;

    public string WhyNoRoom(Sorted item) => SearchFor(item.Component).WhyNone(item.Instance, null);

    public Search SearchFor(Component component)
    {
        if (!_searches.TryGetValue(component.Name, out var search))
        {
            _searches[component.Name] = search = new Search(Input, Pool, component, _byComponent[component.Name]);
        }

        return search;
    }
}
