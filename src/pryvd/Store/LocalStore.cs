using Microsoft.Data.Sqlite;

namespace Pryvd.Store;

/// <summary>
/// <c>local.db</c>: what belongs to this node alone and never to a snapshot. Small and rarely written, so every write is
/// flushed before it returns.
/// </summary>
public sealed class LocalStore : IDisposable
{
    public const int MaxValueBytes = 1 << 20;

    private const int ApplicationId = 0x7072796c;

    private readonly Lock _turn = new();
    private readonly Database _database;
    private readonly Statement _get;
    private readonly Statement _put;
    private readonly Statement _delete;

    private LocalStore(Database database)
    {
        _database = database;
        _get = _database.Prepare("SELECT value FROM items WHERE key = ?1");
        _put = _database.Prepare("INSERT OR REPLACE INTO items (key, value) VALUES (?1, ?2)");
        _delete = _database.Prepare("DELETE FROM items WHERE key = ?1");
    }

    public static LocalStore Open(string path)
    {
        var isNew = !File.Exists(path);
        var database = Database.Open(Path.GetFullPath(path), DatabaseMode.Create);
        try
        {
            Prepare(database);
            if (isNew)
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                Durable.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            }

            return new LocalStore(database);
        }
        catch (SqliteException failure)
        {
            database.Dispose();
            throw Failed(path, failure);
        }
    }

    /// <summary>The value, or null when there is none.</summary>
    public byte[]? Get(string key) => Guarded(() =>
    {
        if (!_get.Bind(1, key).Step())
        {
            return null;
        }

        var value = _get.Blob(0);
        _get.Reset();
        return value;
    });

    /// <summary>Sets a value; it is on the disk when this returns.</summary>
    public void Put(string key, ReadOnlyMemory<byte> value)
    {
        if (value.Length > MaxValueBytes)
        {
            throw new ArgumentException($"{key} would have {value.Length} bytes, at most {MaxValueBytes} are kept here", nameof(value));
        }

        Guarded(() =>
        {
            _put.Bind(1, key).BindBlob(2, value.Span).Run();
            return true;
        });
    }

    public void Delete(string key) => Guarded(() =>
    {
        _delete.Bind(1, key).Run();
        return true;
    });

    public void Dispose()
    {
        lock (_turn)
        {
            _database.Dispose();
        }
    }

    private static void Prepare(Database database)
    {
        database.Execute("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cell_size_check = ON");
        if (database.ReadNumber("PRAGMA application_id") is var found && found != 0 && found != ApplicationId)
        {
            throw new StoreException($"{database.Path} is not the local database of a node (its application id is {found}); put the right file there");
        }

        database.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = 1; CREATE TABLE IF NOT EXISTS items (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
    }

    private static StoreException Failed(string path, SqliteException failure) => new(
        $"{path}: reading or writing failed ({failure.Message}). What this node obeyed last may be lost; free space or mend the disk and start again.", failure);

    private T Guarded<T>(Func<T> action)
    {
        lock (_turn)
        {
            try
            {
                return action();
            }
            catch (SqliteException failure)
            {
                throw Failed(_database.Path, failure);
            }
        }
    }
}
