using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Pryvd.Store;

/// <summary>One connection to one SQLite file; not to be used from two threads at once.</summary>
internal sealed class Database : IDisposable
{
    /// <summary>SQLITE_DBSTATUS_CACHE_USED.</summary>
    private const int CacheUsed = 1;

    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];

    private Database(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
    }

    public string Path { get; }

    private sqlite3 Handle => _connection.Handle!;

    public static Database Open(string path, DatabaseMode mode)
    {
        SqliteLibrary.Load();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = mode == DatabaseMode.Frozen ? new Uri(path).AbsoluteUri + "?immutable=1" : path,
            Mode = mode switch
            {
                DatabaseMode.Create => SqliteOpenMode.ReadWriteCreate,
                DatabaseMode.ReadWrite => SqliteOpenMode.ReadWrite,
                _ => SqliteOpenMode.ReadOnly,
            },
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return new Database(path, connection);
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw StoreException.Failed(path, "opening it", failure);
        }
    }

    /// <summary>A statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(Handle, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>A statement that its user disposes of.</summary>
    public Statement PrepareOnce(string sql) => new(Handle, sql);

    /// <summary>Runs one or more statements whose rows are of no interest.</summary>
    public void Execute(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Handle, sql), Handle);

    public long ReadNumber(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    public string ReadText(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>Moves the write-ahead log into the file; true when all of it was moved.</summary>
    public bool Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(Handle, "main", mode, out var frames, out var moved);
        if (code == raw.SQLITE_BUSY)
        {
            return false;
        }

        SqliteException.ThrowExceptionForRC(code, Handle);
        return frames == moved;
    }

    /// <summary>Lets go of the pages that it keeps in memory beside those in use; returns how many bytes they were.</summary>
    public long Trim()
    {
        var before = CacheBytes();
        Execute("PRAGMA shrink_memory");
        return before - CacheBytes();
    }

    /// <summary>Ends the statement that is running now; may be called from any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(Handle);

    private long CacheBytes()
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_db_status(Handle, CacheUsed, out var bytes, out _, 0), Handle);
        return bytes;
    }

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }
}
