using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>
/// The state that CURRENT names: what is held of it in memory, and the way of its rows to the disk. Only one thread at a
/// time may apply.
/// </summary>
internal sealed class LiveDatabase : IDisposable
{
    private readonly StateWriter _writer;
    private readonly WriteBehind _pending;
    private readonly Database _reader;
    private readonly StoredRecords _records;
    private readonly CommandApplier _applier;

    private LiveDatabase(string path, StateWriter writer, Database reader, Published published, StoreOptions options, Action<Exception> failed)
    {
        (Path, _writer, _reader, Published) = (path, writer, reader, published);
        _applier = new CommandApplier(options.KeptRequests);
        _pending = new WriteBehind(published.Progress.Position.Index, options, _writer.Write, failed);
        _records = new StoredRecords(_reader, _pending, published.Progress.EventCount);
    }

    public string Path { get; }

    public Published Published { get; private set; }

    /// <param name="failed">Told, on a thread of the store's own, when rows could not be written.</param>
    public static LiveDatabase Open(string path, StoreOptions options, Action<Exception> failed)
    {
        var opened = new List<Database>();
        try
        {
            var writer = Opened(opened, OpenForWriting(path));
            Schema.Check(writer);
            var applied = AppliedRow.Read(writer);
            var published = Load(writer, applied.Progress, failed);
            var checkpointer = Opened(opened, OpenForWriting(path));
            // Under FULL a checkpoint waits this long for readers of old pages, and rows wait with it.
            checkpointer.Execute("PRAGMA busy_timeout = 100");
            var reader = Opened(opened, Database.Open(path, DatabaseMode.ReadWrite));
            reader.Execute(ReadPool.Settings);
            return new LiveDatabase(path, new StateWriter(writer, checkpointer, applied, options), reader, published, options, failed);
        }
        catch
        {
            opened.ForEach(database => database.Dispose());
            throw;
        }
    }

    /// <summary>Makes an empty database and closes it.</summary>
    public static void Create(string path)
    {
        using var database = OpenForWriting(path);
        database.Execute("BEGIN");
        Schema.Create(database);
        database.Execute("COMMIT");
    }

    /// <summary>Applies entries to what is in memory; their rows follow to the disk.</summary>
    public BatchResult Apply(IReadOnlyList<Entry> entries)
    {
        var replies = new List<CommandReply?>(entries.Count);
        var next = Published;
        NewerCommand? stopped = null;
        foreach (var entry in entries)
        {
            next = Apply(next, entry, replies, out stopped);
            if (stopped is not null)
            {
                break;
            }
        }

        Published = next with { Events = next.Events.After(_pending.Written) };
        return new BatchResult(replies, stopped);
    }

    /// <summary>Records a configuration that no entry holds.</summary>
    public void BeginWith(ReadOnlyMemory<byte> configuration)
    {
        var progress = Published.Progress with { Configuration = configuration };
        _pending.Add([], progress);
        Published = Published with { Progress = progress };
    }

    /// <summary>Returns when all that was applied before is on the disk, as far as a crash of this process goes.</summary>
    public void Flush() => _pending.Flush();

    /// <summary>As <see cref="Flush"/>, and durable in the file itself; returns up to where.</summary>
    public LogIndex Checkpoint()
    {
        Flush();
        return _writer.Checkpoint();
    }

    /// <summary>The digest of all that was applied before, or of more.</summary>
    public StateDigest Digest()
    {
        Flush();
        return _writer.Digest;
    }

    public StateDigest RecomputeDigest()
    {
        Flush();
        return _writer.RecomputeDigest();
    }

    /// <summary>Lets go of events that are on the disk and of pages kept for applying, so only while nothing is applied; returns the bytes of pages.</summary>
    public long TrimReading()
    {
        Published = Published with { Events = Published.Events.After(_pending.Written) };
        return _reader.Trim();
    }

    /// <summary>Lets go of what is kept for rows to come; returns how many bytes it was.</summary>
    public long TrimWriting() => _pending.Trim() + _writer.Trim();

    /// <summary>Closes it without what is not on the disk yet.</summary>
    public void Abandon()
    {
        _pending.Abandon();
        Close();
    }

    public void Dispose()
    {
        _pending.Dispose();
        Close();
    }

    private static Database Opened(List<Database> opened, Database database)
    {
        opened.Add(database);
        return database;
    }

    private static Database OpenForWriting(string path)
    {
        var database = Database.Open(path, DatabaseMode.Create);
        database.Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA busy_timeout = 5000;
            PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA cache_size = -32768
            """);
        return database;
    }

    private static Published Load(Database database, Progress progress, Action<Exception> failed)
    {
        var path = database.Path;
        var state = StateLoader.Load(database, progress, rows => Read(rows, path, failed));
        Schema.CheckClusterVersion(database.Path, state.Cluster?.ClusterVersion);
        return new Published(state, progress, EventTail.None(progress.Position.Index));
    }

    /// <summary>Whoever asks first finds the damage, and it is the store's; what has failed once is never read again.</summary>
    private static ExtraVar[] Read(VarRows rows, string path, Action<Exception> failed)
    {
        try
        {
            return rows.Read();
        }
        catch (Exception damage)
        {
            var fault = StoreException.Failed(path, "reading variables", damage);
            failed(fault);
            throw fault;
        }
    }

    private Published Apply(Published before, Entry entry, List<CommandReply?> replies, out NewerCommand? stopped)
    {
        stopped = null;
        var progress = before.Progress with { Position = new LogPosition(entry.Index, entry.Term) };
        if (entry.Kind != EntryKind.Command)
        {
            progress = entry.Kind == EntryKind.Configuration ? progress with { Configuration = entry.Data.ToArray() } : progress;
            _pending.Add([], progress);
            replies.Add(null);
            return before with { Progress = progress };
        }

        var command = EntryCommand.Decode(entry.Index, entry.Data.Span);
        stopped = command.Gate();
        return stopped is null ? Apply(before, progress, command, replies) : before;
    }

    private Published Apply(Published before, Progress progress, EntryCommand command, List<CommandReply?> replies)
    {
        var outcome = _applier.Apply(before.State, _records, command);
        var events = before.Events;
        for (var i = 0; i < outcome.Changes.Count; i++)
        {
            var change = outcome.Changes[i];
            _records.Changed(change);
            events = change.Content?.Record is Event made ? events.Add(made) : events;
        }

        var after = outcome.After;
        progress = progress with { TimeMs = after.TimeMs, EventsPrunedTo = after.EventsPrunedTo, EventCount = _records.EventCount };
        _pending.Add(outcome.Changes, progress);
        replies.Add(outcome.Reply);
        return new Published(after, progress, events);
    }

    private void Close()
    {
        _reader.Dispose();
        _writer.Dispose();
    }
}
