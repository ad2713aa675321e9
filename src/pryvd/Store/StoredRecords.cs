using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>What commands read of the rows that are not held in memory: those on disk, and those on their way there.</summary>
internal sealed class StoredRecords : IRecords
{
    private readonly WriteBehind _pending;
    private readonly Statement _findReply;
    private readonly OldestRows<KeptEvent> _events;
    private readonly OldestRows<RequestId> _requests;

    /// <param name="database">A connection of its own, for the thread that applies.</param>
    public StoredRecords(Database database, WriteBehind pending, long eventCount)
    {
        _pending = pending;
        EventCount = eventCount;
        _findReply = database.Prepare("SELECT value FROM requests WHERE key = ?1");
        var events = database.Prepare(PageAfter("key, json_extract(value, '$.time_ms')", "events"));
        var requests = database.Prepare(PageAfter("key", "requests"));
        _events = new(after => ReadGrowing(events, after, ReadEvent));
        _requests = new(after => ReadAll(requests, after, (key, _) => RequestRow.IdOf(key)));
    }

    public long EventCount { get; private set; }

    public CommandReply? FindReply(RequestId id)
    {
        var key = RequestRow.Key(id);
        if (!_pending.TryFindReply(id, key, out var found))
        {
            return ReadReply(key);
        }

        return found is null ? null : RequestRow.Read(key, found);
    }

    public IEnumerable<KeptEvent> OldestEvents() => _events.Items();

    public IEnumerable<RequestId> OldestRequests() => _requests.Items();

    /// <summary>To be told of every change of a command.</summary>
    public void Changed(in RowChange change)
    {
        switch (change.Table, change.Content?.Record)
        {
            case (Table.Events, Event item):
                EventCount++;
                _events.Added(change.Key, KeptEventOf(item));
                break;
            case (Table.Events, _):
                EventCount--;
                _events.Deleted(change.Key);
                break;
            case (Table.Requests, CommandReply):
                _requests.Added(change.Key, RequestRow.IdOf(change.Key));
                break;
            case (Table.Requests, _):
                _requests.Deleted(change.Key);
                break;
        }
    }

    private static KeptEvent KeptEventOf(Event item) => new(item.Position, item.TimeMs);

    private static string PageAfter(string columns, string table) =>
        $"SELECT {columns} FROM {table} WHERE key > ?1 ORDER BY key LIMIT {OldestRows<object>.PageSize}";

    private CommandReply? ReadReply(string key)
    {
        if (!_findReply.Bind(1, key).Step())
        {
            return null;
        }

        var reply = RequestRow.Read(key, _findReply.Text(0));
        _findReply.Reset();
        return reply;
    }

    private static KeptEvent ReadEvent(string key, Statement row) => EventPosition.TryParse(key, out var position)
        ? new KeptEvent(position, row.Number(1))
        : throw new RowDamageException($"row '{key}' of events has no position for its key");

    /// <summary>Rows whose keys only grow: those that wait come after all on the disk, and are of interest only where the disk has no full page.</summary>
    private List<(string Key, T Item)> ReadGrowing<T>(Statement rows, string after, Func<string, Statement, T> read) =>
        ReadPage(rows, after, read) is { Count: OldestRows<T>.PageSize } page ? page : ReadAll(rows, after, read);

    /// <summary>Rows that wait are written first, or they would be missed.</summary>
    private List<(string Key, T Item)> ReadAll<T>(Statement rows, string after, Func<string, Statement, T> read)
    {
        _pending.Flush();
        return ReadPage(rows, after, read);
    }

    private static List<(string Key, T Item)> ReadPage<T>(Statement rows, string after, Func<string, Statement, T> read)
    {
        var found = new List<(string Key, T Item)>();
        rows.Bind(1, after);
        while (rows.Step())
        {
            var key = rows.Text(0);
            found.Add((key, read(key, rows)));
        }

        return found;
    }
}
