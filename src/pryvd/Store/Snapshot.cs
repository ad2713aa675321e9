using Microsoft.Data.Sqlite;
using Pryv.Consensus;
using Pryvd.Model.Rows;
using SQLitePCL;

namespace Pryvd.Store;

/// <summary>Snapshot files: a consistent copy of state.db that nobody writes any more.</summary>
internal static class Snapshot
{
    private const string Advice = "Take another snapshot";

    /// <summary>
    /// Copies the database as of now into a new file, durable when this returns. It is one read transaction on a connection of
    /// its own, so the writer goes on. (The backup call of SQLite begins anew with each write and would never end.)
    /// </summary>
    public static SnapshotInfo Save(string database, string path, CancellationToken ct)
    {
        var unfinished = path + ".tmp";
        File.Delete(unfinished);
        try
        {
            Copy(database, unfinished, ct);
            Durable.SyncFile(unfinished);
            File.Move(unfinished, path, overwrite: true);
            Durable.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_INTERRUPT && ct.IsCancellationRequested)
        {
            throw new OperationCanceledException("the snapshot was called off", failure, ct);
        }
        catch (Exception failure) when (IsOfTarget(failure))
        {
            throw new SnapshotException($"{path}: the snapshot could not be written ({failure.Message}); free space or choose another place", failure);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return Inspect(path);
    }

    /// <summary>What the file says of itself, without a look at all of it.</summary>
    public static SnapshotInfo Inspect(string path) => Open(path, database => Read(database, path));

    /// <summary>As <see cref="Inspect"/>, after every page and every row was checked.</summary>
    public static SnapshotInfo Verify(string path) => Open(path, database =>
    {
        var info = Read(database, path);
        var problem = database.ReadText("PRAGMA integrity_check(1)");
        if (problem != "ok")
        {
            throw new SnapshotException($"{path} is damaged: {problem}. {Advice}.");
        }

        var digest = DigestCheck.Recompute(database).ToString();
        return digest == info.Digest
            ? info
            : throw new SnapshotException($"{path} is damaged: its rows have digest {digest}, it was written with {info.Digest}. {Advice}.");
    });

    /// <summary>Damage is that of the state itself, and its own story; whatever else fails here failed on the way to the new file.</summary>
    private static bool IsOfTarget(Exception failure) => failure is StoreException or IOException or UnauthorizedAccessException
        || (failure is SqliteException sqlite && sqlite.SqliteErrorCode is not (raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB));

    private static void Copy(string database, string target, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var source = Database.Open(database, DatabaseMode.ReadWrite);
        source.Execute("PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 0");
        using var copy = source.PrepareOnce("VACUUM INTO ?1");
        using var stop = ct.Register(source.Interrupt);
        copy.Bind(1, target).Run();
    }

    private static SnapshotInfo Open(string path, Func<Database, SnapshotInfo> read)
    {
        if (!File.Exists(path))
        {
            throw new SnapshotException($"{path} does not exist; give the path of a snapshot file");
        }

        try
        {
            using var database = Database.Open(Path.GetFullPath(path), DatabaseMode.Frozen);
            Schema.Check(database);
            return read(database);
        }
        catch (Exception damage) when (damage is SqliteException or RowDamageException)
        {
            throw new SnapshotException($"{path} is no whole snapshot ({damage.Message}). {Advice}.", damage);
        }
        catch (StoreException refusal)
        {
            throw new SnapshotException(refusal.Message, refusal);
        }
    }

    private static SnapshotInfo Read(Database database, string path)
    {
        var applied = AppliedRow.Read(database);
        var row = database.ReadText("SELECT value FROM cluster");
        var cluster = row.Length == 0 ? null : ClusterRow.Read(row);
        Schema.CheckClusterVersion(path, cluster?.ClusterVersion);
        return new SnapshotInfo(
            applied.Progress.Position,
            cluster?.Id ?? "",
            cluster?.Name ?? "",
            cluster?.Epoch ?? Epoch.First,
            cluster?.ClusterVersion ?? 0,
            database.ReadNumber("PRAGMA user_version"),
            applied.Digest.ToString(),
            applied.Progress.Configuration,
            new FileInfo(path).Length);
    }
}
