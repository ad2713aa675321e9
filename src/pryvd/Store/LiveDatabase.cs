using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using SQLitePCL;

namespace Pryvd.Store;

/// <summary>The database that CURRENT names, with its one writing connection. Only one thread at a time may call it.</summary>
internal sealed class LiveDatabase : IDisposable
{
    private readonly Database _writer;
    private readonly Database _checkpointer;
    private readonly CommandApplier _applier;
    private readonly StoreOptions _options;
    private readonly RowWriter _rows;
    private readonly StoredRecords _records;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _writeApplied;
    private long _bytesInJournal;

    private LiveDatabase(Database writer, Database checkpointer, Published published, StoreOptions options)
    {
        _options = options;
        _writer = writer;
        _checkpointer = checkpointer;
        _applier = new CommandApplier(_options.KeptRequests);
        Published = published;
        _rows = new RowWriter(_writer);
        _records = new StoredRecords(_writer);
        _begin = _writer.Prepare("BEGIN IMMEDIATE");
        _commit = _writer.Prepare("COMMIT");
        _writeApplied = AppliedRow.PrepareWrite(_writer);
    }

    public string Path => _writer.Path;

    public Published Published { get; private set; }

    /// <summary>What is known to be in the database file itself, flushed.</summary>
    public LogIndex Checkpointed { get; private set; }

    public static LiveDatabase Open(string path, StoreOptions options)
    {
        var writer = OpenForWriting(path);
        try
        {
            Schema.Check(writer);
            var published = Load(writer);
            var checkpointer = OpenForWriting(path);
            // Under FULL a checkpoint waits this long for readers of old pages, and applying waits with it.
            checkpointer.Execute("PRAGMA busy_timeout = 100");
            return new LiveDatabase(writer, checkpointer, published, options);
        }
        catch
        {
            writer.Dispose();
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

    /// <summary>Applies entries in one transaction; when this returns, it is committed.</summary>
    public BatchResult Apply(IReadOnlyList<Entry> entries)
    {
        var replies = new List<CommandReply?>(entries.Count);
        var next = Published;
        NewerCommand? stopped = null;
        _begin.Run();
        foreach (var entry in entries)
        {
            next = Apply(next, entry, replies, out stopped);
            if (stopped is not null)
            {
                break;
            }
        }

        next.Applied.Write(_writeApplied);
        _commit.Run();
        Published = next;
        BoundJournal();
        return new BatchResult(replies, stopped);
    }

    /// <summary>Records a configuration that no entry holds.</summary>
    public void BeginWith(ReadOnlyMemory<byte> configuration)
    {
        var next = Published with { Applied = Published.Applied with { Configuration = configuration } };
        _begin.Run();
        next.Applied.Write(_writeApplied);
        _commit.Run();
        Published = next;
    }

    /// <summary>Does most of a checkpoint; the writer may go on meanwhile.</summary>
    public void CheckpointAside() => _checkpointer.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);

    /// <summary>
    /// Moves the whole journal into the file and flushes it, unless a reader still needs the old pages. SQLite flushes the
    /// journal before and the file after, and says so when that fails.
    /// </summary>
    public LogIndex Checkpoint()
    {
        if (_checkpointer.Checkpoint(raw.SQLITE_CHECKPOINT_FULL))
        {
            Checkpointed = Published.Applied.Position.Index;
            _bytesInJournal = 0;
        }

        return Checkpointed;
    }

    public MultisetHash RecomputeDigest() => DigestCheck.Recompute(_writer);

    public void Dispose()
    {
        _checkpointer.Dispose();
        _writer.Dispose();
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

    private static Published Load(Database database)
    {
        var applied = AppliedRow.Read(database);
        var state = StateLoader.Load(database, applied);
        Schema.CheckClusterVersion(database.Path, state.Cluster?.ClusterVersion);
        return new Published(state, applied);
    }

    private Published Apply(Published before, Entry entry, List<CommandReply?> replies, out NewerCommand? stopped)
    {
        stopped = null;
        var applied = before.Applied with { Position = new LogPosition(entry.Index, entry.Term) };
        if (entry.Kind != EntryKind.Command)
        {
            replies.Add(null);
            return before with { Applied = entry.Kind == EntryKind.Configuration ? applied with { Configuration = entry.Data.ToArray() } : applied };
        }

        var command = EntryCommand.Decode(entry.Index, entry.Data.Span);
        stopped = command.Gate();
        return stopped is null ? Apply(before.State, applied, command, replies) : before;
    }

    private Published Apply(ClusterState state, AppliedRow applied, EntryCommand command, List<CommandReply?> replies)
    {
        var outcome = _applier.Apply(state, _records, command);
        var digest = applied.Digest;
        foreach (var change in outcome.Changes)
        {
            digest = _rows.Apply(change, digest);
            _records.Written(change);
            _bytesInJournal += change.Key.Length + (change.Value?.Length ?? 0);
        }

        replies.Add(outcome.Reply);
        var after = outcome.After;
        return new Published(after, applied with { TimeMs = after.TimeMs, Digest = digest, EventsPrunedTo = after.EventsPrunedTo });
    }

    /// <summary>The journal stays bounded although nobody may ask for a checkpoint; one that a reader holds up is tried again later.</summary>
    private void BoundJournal()
    {
        if (_bytesInJournal > _options.CheckpointBytes)
        {
            _bytesInJournal = 0;
            Checkpoint();
        }
    }
}
