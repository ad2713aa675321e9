using Pryvd.Model;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>Where the instances of one component are, by node and by failure domain.</summary>
internal sealed class Crowd(IReadOnlyList<string> spread)
{
    private readonly Dictionary<NodeId, int> _nodes = [];
    private readonly Dictionary<string, int>[] _domains = [.. spread.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];

    public void Add(NodeSlot slot)
    {
        _nodes[slot.Node.Id] = On(slot) + 1;
        for (var i = 0; i < _domains.Length; i++)
        {
            var value = DomainOf(slot, i);
            _domains[i][value] = _domains[i].GetValueOrDefault(value) + 1;
        }
    }

    public int On(NodeSlot slot) => _nodes.GetValueOrDefault(slot.Node.Id);

    /// <summary>For each failure domain the least that one of its values has.</summary>
    /// <param name="values">The values of each, without double ones.</param>
    public int[] LeastIn(IReadOnlyList<string>[] values) =>
        [.. _domains.Select((domain, i) => domain.Count < values[i].Count ? 0 : values[i].Min(value => domain.GetValueOrDefault(value)))];

    /// <param name="position">Of the failure domain in the spread.</param>
    public int In(int position, string domain) => _domains[position].GetValueOrDefault(domain);

    public IReadOnlyList<int> In(string[] domains) => domains.Length == 0 ? [] : [.. domains.Select((domain, i) => In(i, domain))];

    public IReadOnlyList<int> In(NodeSlot slot) => [.. _domains.Select((domain, i) => domain.GetValueOrDefault(DomainOf(slot, i)))];

    private string DomainOf(NodeSlot slot, int position) => Tags.ValueOf(slot, spread[position]) ?? "";
}
