using System.Collections.Immutable;

namespace Pryv.Consensus.Observers;

/// <summary>What the leader knows of all observers: for each member, what was heard there and up to which version of its book.</summary>
public sealed record StandingsBoard
{
    public static readonly StandingsBoard Empty = new();

    private ImmutableDictionary<string, Page> Pages { get; init; } = ImmutableDictionary.Create<string, Page>(StringComparer.Ordinal);

    /// <summary>The best that any member knows of it: an observer reports to one member at a time, and the former one finds it silent.</summary>
    public ObserverStanding Of(string node) =>
        Pages.Values.Select(p => p.Standings.GetValueOrDefault(node)).DefaultIfEmpty(ObserverStanding.Silent).Max();

    /// <summary>From where the member is to go on; 0 for all.</summary>
    public long VersionOf(string member) => Pages.TryGetValue(member, out var page) ? page.Version : 0;

    public StandingsBoard With(string member, long version, IEnumerable<ObserverReport> changed)
    {
        var before = Pages.GetValueOrDefault(member)?.Standings ?? ImmutableDictionary.Create<string, ObserverStanding>(StringComparer.Ordinal);
        var now = before.SetItems(changed.Select(r => KeyValuePair.Create(r.Node, r.Standing)));
        return this with { Pages = Pages.SetItem(member, new Page(version, now)) };
    }

    /// <summary>Members that do not answer, or are none any more: their observers report to another one by and by.</summary>
    public StandingsBoard Only(IEnumerable<string> members) =>
        this with { Pages = Pages.RemoveRange(Pages.Keys.Except(members, StringComparer.Ordinal)) };

    private sealed record Page(long Version, ImmutableDictionary<string, ObserverStanding> Standings);
}
