using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>What commands read of the rows on disk, as they stand within the writer's transaction.</summary>
internal sealed class StoredRecords : IRecords
{
    private readonly Statement _findReply;
    private readonly OldestRows<KeptEvent> _events;
    private readonly OldestRows<LogIndex> _requests;

    public StoredRecords(Database database)
    {
        _findReply = database.Prepare("SELECT key, value FROM requests WHERE json_extract(value, '$.id') = ?1 LIMIT 1");
        _events = new(database.Prepare(OldestRows<KeptEvent>.PageAfter("key, value", "events")), ReadEvent);
        _requests = new(
            database.Prepare(OldestRows<LogIndex>.PageAfter("key", "requests")), row => RequestRow.IndexOf(row.Text(0)));
        EventCount = database.ReadNumber("SELECT count(*) FROM events");
    }

    public long EventCount { get; private set; }

    public CommandReply? FindReply(string requestId)
    {
        if (!_findReply.Bind(1, requestId).Step())
        {
            return null;
        }

        var reply = RequestRow.Read(_findReply.Text(0), _findReply.Text(1));
        _findReply.Reset();
        return reply;
    }

    public IEnumerable<KeptEvent> OldestEvents() => _events.Items();

    public IEnumerable<LogIndex> OldestRequests() => _requests.Items();

    /// <summary>To be told of every change that was written.</summary>
    public void Written(in RowChange change)
    {
        if (change.Table == Table.Events)
        {
            EventCount += change.Value is null ? -1 : 1;
        }

        if (change.Value is null && change.Table == Table.Events)
        {
            _events.Deleted(change.Key);
        }
        else if (change.Value is null && change.Table == Table.Requests)
        {
            _requests.Deleted(change.Key);
        }
    }

    private static KeptEvent ReadEvent(Statement row)
    {
        var item = EventRow.Read(row.Text(0), row.Text(1));
        return new KeptEvent(item.Position, item.TimeMs);
    }
}
