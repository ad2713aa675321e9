using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>What commands read of the rows on disk, as they stand within the writer's transaction.</summary>
internal sealed class StoredRecords : IRecords
{
    private readonly Statement findReply;
    private readonly OldestRows<KeptEvent> events;
    private readonly OldestRows<LogIndex> requests;

    public StoredRecords(Database database)
    {
        findReply = database.Prepare("SELECT key, value FROM requests WHERE json_extract(value, '$.id') = ?1 LIMIT 1");
        events = new(database.Prepare(OldestRows<KeptEvent>.PageAfter("key, value", "events")), ReadEvent);
        requests = new(
            database.Prepare(OldestRows<LogIndex>.PageAfter("key", "requests")), row => RequestRow.IndexOf(row.Text(0)));
        EventCount = database.ReadNumber("SELECT count(*) FROM events");
    }

    public long EventCount { get; private set; }

    public CommandReply? FindReply(string requestId)
    {
        if (!findReply.Bind(1, requestId).Step())
        {
            return null;
        }

        var reply = RequestRow.Read(findReply.Text(0), findReply.Text(1));
        findReply.Reset();
        return reply;
    }

    public IEnumerable<KeptEvent> OldestEvents() => events.Items();

    public IEnumerable<LogIndex> OldestRequests() => requests.Items();

    /// <summary>To be told of every change that was written.</summary>
    public void Written(in RowChange change)
    {
        if (change.Table == Table.Events)
        {
            EventCount += change.Value is null ? -1 : 1;
        }

        if (change.Value is null && change.Table == Table.Events)
        {
            events.Deleted(change.Key);
        }
        else if (change.Value is null && change.Table == Table.Requests)
        {
            requests.Deleted(change.Key);
        }
    }

    private static KeptEvent ReadEvent(Statement row)
    {
        var item = EventRow.Read(row.Text(0), row.Text(1));
        return new KeptEvent(item.Position, item.TimeMs);
    }
}
