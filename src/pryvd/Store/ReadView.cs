using System.Globalization;
using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>
/// The state of one applied index. What is in memory is read as it is, the newest events among it; older events and history
/// are read from disk and cut off at that index, so that one view never shows two times.
/// </summary>
public sealed class ReadView
{
    /// <summary>The most that one call returns.</summary>
    public const int MaxPage = 10_000;

    private readonly StateStore _store;
    private readonly Published _published;

    internal ReadView(StateStore store, Published published)
    {
        _store = store;
        _published = published;
    }

    public LogPosition Position => _published.Progress.Position;

    /// <summary>Cluster, nodes, variables, tokens and settings, held in memory.</summary>
    public ClusterState State => _published.State;

    /// <summary>The position after every event of this state; a watch that begins here misses nothing and repeats nothing.</summary>
    public EventPosition Now => EventPosition.EndOf(State.Cluster?.Epoch ?? Epoch.First, Position.Index);

    /// <summary>Whether events after the position were forgotten already: whoever goes on from there has a gap.</summary>
    public bool HasGapAfter(EventPosition position) => position < State.EventsPrunedTo;

    /// <summary>
    /// As <see cref="HasGapAfter"/>, and as the disk says, which may have forgotten more since. To be asked after the events
    /// were read.
    /// </summary>
    public bool HasLostAfter(EventPosition position) => HasGapAfter(position) || position < _store.ReadRows(AppliedRow.Read).Progress.EventsPrunedTo;

    public bool IsRevoked(string serial) => State.Revoked.ContainsKey(serial.ToLowerInvariant());

    /// <summary>Whether a certificate is the recorded one of a node that is not gone; only such a one may be renewed after it expired.</summary>
    public bool IsRecorded(NodeId node, string serial) =>
        State.Nodes.Find(node) is { IsGone: false } found && found.Certificate.Serial == serial.ToLowerInvariant();

    /// <param name="scope">Null for all scopes.</param>
    /// <param name="after">The token of the page before, or empty.</param>
    public VarPage Vars(VarScope? scope, string prefix, string after, int limit)
    {
        var bound = Math.Clamp(limit, 1, MaxPage);
        var all = scope is { } one ? State.Vars.InScope(one) : State.Vars.All();
        var rest = VarName.TryParse(after, out var last) ? all.SkipWhile(item => item.Name.CompareTo(last) <= 0) : all;
        var page = rest.Where(item => item.Name.Key.StartsWith(prefix, StringComparison.Ordinal)).Take(bound + 1).ToList();
        return page.Count > bound ? new VarPage(page[..bound], page[bound - 1].Name.ToString()) : new VarPage(page, "");
    }

    /// <summary>The versions that are kept, the newest first.</summary>
    public IReadOnlyList<ExtraVar> VarHistory(VarName name) =>
        Under("var_history", VarRow.Key(name), VarRow.Read).Where(item => item.Index <= Position.Index).ToList();

    /// <summary>The transitions that are kept, the newest first.</summary>
    public IReadOnlyList<NodeTransition> NodeHistory(NodeId node) =>
        Under("node_history", node.Value, NodeHistoryRow.Read).Where(item => item.Index <= Position.Index).ToList();

    /// <summary>What a component on a node sees. The group is the node's, or the one remembered for its name.</summary>
    public IReadOnlyList<ResolvedVar> Resolve(string node, string component)
    {
        var group = State.Nodes.FindLiving(node)?.Group ?? State.Commissioned.GetValueOrDefault(node)?.Group ?? "";
        return VarResolution.Resolve(State.Vars, node, group, component, []);
    }

    /// <summary>Events after a position, the oldest first.</summary>
    /// <param name="subjectPrefix">Empty for all subjects.</param>
    public EventPage EventsAfter(EventPosition after, string subjectPrefix, int limit)
    {
        var bound = Math.Clamp(limit, 1, MaxPage);
        var found = new List<Event>();
        if (after < EventPosition.EndOf(Now.Epoch, _published.Events.OnDisk))
        {
            found.AddRange(EventsOnDisk("ASC", after, subjectPrefix, bound));
        }

        foreach (var item in _published.Events.Items)
        {
            if (found.Count < bound && item.Position > after && IsKept(item, subjectPrefix))
            {
                found.Add(item);
            }
        }

        return new EventPage(found, found.Count == bound ? found[^1].Position : Max(after, Now));
    }

    /// <summary>The newest events, in their order.</summary>
    public EventPage NewestEvents(string subjectPrefix, int limit)
    {
        var bound = Math.Clamp(limit, 1, MaxPage);
        var found = new List<Event>();
        for (var items = _published.Events.Items; items.Length > 0 && found.Count < bound; items = items[..^1])
        {
            if (IsKept(items[^1], subjectPrefix))
            {
                found.Add(items[^1]);
            }
        }

        if (found.Count < bound)
        {
            found.AddRange(EventsOnDisk("DESC", EventPosition.Zero, subjectPrefix, bound - found.Count));
        }

        found.Reverse();
        return new EventPage(found, Now);
    }

    /// <summary>The oldest event that is kept; null when there is none.</summary>
    public EventPosition? OldestEvent() => EventsAfter(EventPosition.Zero, "", 1).Events.FirstOrDefault()?.Position;

    private static EventPosition Max(EventPosition left, EventPosition right) => left > right ? left : right;

    private bool IsKept(Event item, string subjectPrefix) =>
        item.Position > State.EventsPrunedTo && item.Subject.StartsWith(subjectPrefix, StringComparison.Ordinal);

    /// <summary>Those events of this state that stand before the ones in memory.</summary>
    private List<Event> EventsOnDisk(string order, EventPosition after, string subjectPrefix, int limit) => _store.ReadRows(database =>
    {
        using var rows = database.PrepareOnce(string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT key, value FROM events WHERE key > ?1 AND key < ?2 AND (?3 = '' OR substr(json_extract(value, '$.subject'), 1, length(?3)) = ?3) ORDER BY key {order} LIMIT {limit}"));
        var end = _published.Events.Items is [var first, ..] ? first.Position : Now;
        return ReadAll(rows.Bind(1, Max(after, State.EventsPrunedTo).SortKey()).Bind(2, end.SortKey()).Bind(3, subjectPrefix), EventRow.Read);
    });

    /// <summary>Rows whose key is <paramref name="prefix"/>, a colon and more; the last first.</summary>
    private List<T> Under<T>(string table, string prefix, Func<string, string, T> read)
    {
        _store.Flush();
        return _store.ReadRows(database =>
        {
            // A semicolon is what follows the colon in ASCII.
            using var rows = database.PrepareOnce($"SELECT key, value FROM {table} WHERE key > ?1 AND key < ?2 ORDER BY key DESC LIMIT {MaxPage}");
            return ReadAll(rows.Bind(1, prefix + ":").Bind(2, prefix + ";"), read);
        });
    }

    private static List<T> ReadAll<T>(Statement rows, Func<string, string, T> read)
    {
        var found = new List<T>();
        while (rows.Step())
        {
            found.Add(read(rows.Text(0), rows.Text(1)));
        }

        return found;
    }
}
