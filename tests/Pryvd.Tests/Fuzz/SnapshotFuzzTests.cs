using Microsoft.Data.Sqlite;
using Pryvd.Store;
using Pryvd.Tests.Store;

namespace Pryvd.Tests.Fuzz;

/// <summary>Invariant 3: a snapshot is what it was written as, or refused, and what is refused has changed nothing.</summary>
[Trait("Category", "Fuzz")]
public sealed class SnapshotFuzzTests : IDisposable
{
    private readonly Folder _source = new();
    private readonly Folder _target = new();

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task A_snapshot_with_any_bytes_changed_is_what_it_was_or_refused()
    {
        using var store = Filled();
        var whole = await File.ReadAllBytesAsync(_source.File("s"));
        await FuzzRuns.EachAsync(300, random => Judge(store, Mutated.Of(whole, random)));
    }

    /// <summary>A file that SQLite finds in order, and which is no state all the same.</summary>
    [Fact]
    public async Task A_snapshot_with_any_row_or_table_changed_is_refused_unless_the_state_is_the_same()
    {
        using var store = Filled();
        var whole = await File.ReadAllBytesAsync(_source.File("s"));
        await FuzzRuns.EachAsync(100, random =>
        {
            Change(whole, random);
            Judge(store, File.ReadAllBytes(_target.File("changed")));
        });
    }

    private StateStore Filled()
    {
        var store = StateStore.Open(_source.Path);
        store.ApplyBatch(RandomLog.Of(9, 200));
        store.SaveSnapshot(_source.File("s"), CancellationToken.None);
        return store;
    }

    private void Judge(StateStore original, byte[] snapshot)
    {
        using var folder = new Folder();
        using var other = StateStore.Open(folder.Path);
        var before = (other.Position, other.Digest);
        var file = folder.File("received");
        File.WriteAllBytes(file, snapshot);
        var inspected = Record.Exception(() => StateStore.InspectSnapshot(file));
        Assert.True(inspected is null or SnapshotException, $"inspecting: {inspected}");
        var installed = Record.Exception(() => other.InstallSnapshot(file));
        Assert.True(installed is null or SnapshotException, $"installing: {installed}");
        Assert.Equal(installed is null ? original.Digest.Hex : before.Digest.Hex, other.Digest.Hex);
        Assert.Equal(other.Digest, other.RecomputeDigest());
        if (installed is not null)
        {
            Assert.Equal(before.Position, other.Position);
        }
    }

    private void Change(byte[] whole, Random random)
    {
        var file = _target.File("changed");
        File.WriteAllBytes(file, whole);
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Run(connection, Statement(random, Tables(connection)));
    }

    private static string Statement(Random random, string[] tables)
    {
        var table = tables[random.Next(tables.Length)];
        return random.Next(9) switch
        {
            0 => $"DELETE FROM {table} WHERE length(value) % 2 = {random.Next(2)}",
            1 => $"DROP TABLE {table}",
            2 => $"UPDATE {table} SET value = '{{\"x\":' || value || '}}' WHERE key = (SELECT min(key) FROM {table})",
            3 => $"UPDATE {table} SET key = key || 'x' WHERE key = (SELECT max(key) FROM {table})",
            4 => $"INSERT INTO {table} VALUES ('zz{random.Next()}', '{{}}')",
            5 => $"UPDATE {table} SET value = x'00ff'",
            6 => $"PRAGMA user_version = {random.Next(-3, 9)}",
            7 => $"UPDATE applied SET {new[] { "digest = 'x'", "events_pruned_to = '?'", "log_index = -1", "term = -5" }[random.Next(4)]}",
            _ => "DELETE FROM applied",
        };
    }

    private static string[] Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'applied' ORDER BY name";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return [.. names];
    }

    private static void Run(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // The schema itself forbids it, so the snapshot stays as it was.
        }
    }
}
