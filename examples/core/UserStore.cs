using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Pryvd.Examples.Core;

/// <summary>Users and their events in one SQLite file. Each write is flushed to the disk before it returns.</summary>
internal sealed class UserStore : IDisposable
{
    public const int MaxEventBytes = 64 << 10;

    private const int MaxName = 64;
    private const int MaxEventsRead = 10_000;

    private readonly Lock _turn = new();
    private readonly SqliteConnection _database;

    static UserStore()
    {
        NativeLibrary.SetDllImportResolver(
            typeof(SQLite3Provider_e_sqlite3).Assembly, (_, assembly, path) => NativeLibrary.Load("libsqlite3.so.0", assembly, path));
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    public UserStore(string path)
    {
        _database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _database.Open();
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        Run("CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY) WITHOUT ROWID");
        Run("CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL REFERENCES users, body TEXT NOT NULL)");
        Run("CREATE INDEX IF NOT EXISTS events_by_user ON events (user, id)");
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Whether the database answers.</summary>
    public bool IsWhole()
    {
        try
        {
            return Read("SELECT 1", row => row.GetInt64(0)).Count == 1;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public IReadOnlyList<string> Names() => Read("SELECT name FROM users ORDER BY name", row => row.GetString(0));

    public bool Has(string user) => Read("SELECT 1 FROM users WHERE name = $user", row => row.GetInt64(0), ("$user", user)).Count > 0;

    /// <summary>False when it was there already.</summary>
    public bool Create(string user) => Run("INSERT OR IGNORE INTO users (name) VALUES ($user)", ("$user", user)) > 0;

    /// <summary>The event's id.</summary>
    public long Append(string user, string body) => Read(
        "INSERT INTO events (user, body) VALUES ($user, $body) RETURNING id", row => row.GetInt64(0), ("$user", user), ("$body", body))[0];

    /// <summary>The first ones, with their ids.</summary>
    public IReadOnlyList<UserEvent> Events(string user) => Read(
        $"SELECT id, body FROM events WHERE user = $user ORDER BY id LIMIT {MaxEventsRead}", row => new UserEvent(row.GetInt64(0), JsonElement.Parse(row.GetString(1))), ("$user", user));

    public void Dispose() => _database.Dispose();

    private int Run(string sql, params (string Name, object Value)[] values)
    {
        lock (_turn)
        {
            using var command = Command(sql, values);
            return command.ExecuteNonQuery();
        }
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> take, params (string Name, object Value)[] values)
    {
        lock (_turn)
        {
            using var command = Command(sql, values);
            using var rows = command.ExecuteReader();
            var found = new List<T>();
            while (rows.Read())
            {
                found.Add(take(rows));
            }

            return found;
        }
    }

    private SqliteCommand Command(string sql, (string Name, object Value)[] values)
    {
        var command = _database.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}

/// <summary>One event of a user, with whatever JSON it was given.</summary>
internal sealed record UserEvent(long Id, JsonElement Body);
