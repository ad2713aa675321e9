using System.Text;
using Pryvd.Model.Components;

namespace Pryvd.Planning;

/// <summary>A class of nodes that tags allow, and its failure domains in the order of the spread.</summary>
internal sealed record Site(NodeClass Nodes, string[] Domains);

/// <summary>
/// Where components of the same demands and spread may go. Most components of a cluster ask for the same, so this is found once for all of them:
/// else a plan would grow with components times classes.
/// </summary>
internal sealed class Sites
{
    private readonly Dictionary<NodeClass, Site> _byClass;

    public Sites(IEnumerable<NodeClass> classes, IReadOnlyList<string> spread)
    {
        All = [.. classes.Select(nodes => new Site(nodes, [.. spread.Select(nodes.DomainOf)]))];
        _byClass = All.ToDictionary(site => site.Nodes);
        Values = [.. spread.Select((_, i) => All.Select(site => site.Domains[i]).Distinct(StringComparer.Ordinal).ToList())];
    }

    public IReadOnlyList<Site> All { get; }

    /// <summary>The values of each failure domain, without double ones.</summary>
    public IReadOnlyList<string>[] Values { get; }

    public Site? Find(NodeClass nodes) => _byClass.GetValueOrDefault(nodes);

    /// <summary>Equal for components that may go to the same places. Demands on the name of a node are not part of it: classes do not tell nodes apart by that.</summary>
    public static string KeyOf(ComponentSpec spec)
    {
        var key = new StringBuilder();
        foreach (var demand in spec.Constraints.Where(demand => !Tags.IsOfNode(demand)))
        {
            // Each part with its length: values may hold any character.
            key.Append(demand.Not ? '!' : '=').Append(demand.Key.Length).Append(':').Append(demand.Key);
            foreach (var value in demand.Values)
            {
                key.Append('|').Append(value.Length).Append(':').Append(value);
            }
        }

        foreach (var domain in spec.Spread)
        {
            key.Append('/').Append(domain.Length).Append(':').Append(domain);
        }

        return key.ToString();
    }
}
