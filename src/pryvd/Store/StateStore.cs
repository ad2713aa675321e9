using Microsoft.Data.Sqlite;
using Pryv.Consensus;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>
/// The replicated state on this node's disk. One thread applies; any thread reads. See DESIGN.md. Every call throws
/// <see cref="StoreException"/> once the disk has failed, and never answers again.
/// </summary>
public sealed class StateStore : IDisposable
{
    private readonly Lock _writing = new();
    private readonly Lock _checkpointing = new();
    private readonly AppliedSignal _signal = new();
    private readonly AppliedSignal _running = new();
    private readonly TaskCompletionSource<StoreException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StateFolder _folder;
    private readonly StoreOptions _options;
    private readonly ReadPool _pool;
    private LiveDatabase _live;
    private volatile Published _published;
    private volatile StoreException? _fault;

    private StateStore(StateFolder folder, string path, StoreOptions options)
    {
        _folder = folder;
        _options = options;
        _live = Trying(path, "opening it", () => LiveDatabase.Open(path, _options, Fail));
        _published = _live.Published;
        _pool = new ReadPool(path);
    }

    /// <summary>Ends when the store has failed; the process is to end then.</summary>
    public Task<StoreException> Failed => _failed.Task;

    /// <summary>Index of the last entry whose effects are seen here.</summary>
    public LogIndex Applied => Position.Index;

    public LogPosition Position => Healthy().Progress.Position;

    /// <summary>The data of the last configuration entry applied; before the first, what <see cref="BeginWith"/> said, or nothing.</summary>
    public ReadOnlyMemory<byte> Configuration => Healthy().Progress.Configuration;

    /// <summary>The digest of all that is applied here; what waits is written first.</summary>
    public StateDigest Digest
    {
        get
        {
            Healthy();
            return Guarded("writing rows", () => _live.Digest());
        }
    }

    public static StateStore Open(string folder, StoreOptions? options = null)
    {
        var files = new StateFolder(Path.GetFullPath(folder));
        return new StateStore(files, Trying(folder, "opening it", files.FindOrCreate), options ?? new StoreOptions());
    }

    /// <summary>What a snapshot file says of itself; throws <see cref="SnapshotException"/> when it is none.</summary>
    public static SnapshotInfo InspectSnapshot(string path) => Snapshot.Inspect(path);

    /// <summary>As <see cref="InspectSnapshot"/>, after every page and row was checked.</summary>
    public static SnapshotInfo VerifySnapshot(string path) => Snapshot.Verify(path);

    /// <summary>The state as of now, whole and unchanging; cheap.</summary>
    public ReadView Read() => new(this, Healthy());

    /// <summary>
    /// Applies committed entries, the first of them next after <see cref="Applied"/>, which the log must hold durably: readers
    /// see them when this returns, the disk has them a little later.
    /// </summary>
    public BatchResult ApplyBatch(IReadOnlyList<Entry> entries)
    {
        lock (_writing)
        {
            RefuseGaps(Healthy().Progress.Position.Index, entries);
            var result = Guarded("applying commands", () => _live.Apply(entries));
            Publish();
            return result;
        }
    }

    /// <summary>
    /// Says which configuration is in force while no configuration entry was applied: the one that the log began with. It is
    /// in every snapshot, so whoever starts from one knows its peers. Without effect once there is one.
    /// </summary>
    public void BeginWith(ReadOnlyMemory<byte> configuration)
    {
        lock (_writing)
        {
            if (Configuration.IsEmpty)
            {
                Guarded("writing the configuration", () => _live.BeginWith(configuration));
                Publish();
            }
        }
    }

    /// <summary>Waits until the index is applied here and returns how far it has come; fails when the store does.</summary>
    public async Task<LogIndex> WaitAppliedAsync(LogIndex index, CancellationToken ct)
    {
        for (; ; )
        {
            var change = _signal.Next;
            if (Applied >= index)
            {
                return Applied;
            }

            await change.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends when nodes, or what is to run on them, are not what they were, or the store has failed; to be taken before looking at the state.
    /// Who has no interest in variables, users and events is not woken by each.
    /// </summary>
    public Task RunningMoved => _running.Next;

    /// <summary>
    /// Makes the database file durable and returns the index up to which it is: the log may be cut there. It is an older one
    /// while a reader holds up the checkpoint.
    /// </summary>
    public LogIndex Checkpoint()
    {
        lock (_checkpointing)
        {
            Healthy();
            return Guarded("a checkpoint", () => _live.Checkpoint());
        }
    }

    /// <summary>Writes a consistent copy of the state, as of now or a little later, to a file, durable, while writes go on.</summary>
    public SnapshotInfo SaveSnapshot(string path, CancellationToken ct)
    {
        Healthy();
        string source;
        lock (_writing)
        {
            source = _live.Path;
        }

        Flush();
        return Guarded("copying it to a snapshot", () => Snapshot.Save(source, path, ct));
    }

    /// <summary>
    /// Takes a received snapshot for the state. The file is checked and then consumed. A crash at any point leaves the old
    /// state or the new one. Throws <see cref="SnapshotException"/>, with nothing changed, when it is damaged or not newer.
    /// </summary>
    public void InstallSnapshot(string path)
    {
        lock (_checkpointing)
        {
            lock (_writing)
            {
                var info = Snapshot.Verify(path);
                if (info.Position.Index <= Applied)
                {
                    throw new SnapshotException($"{path} is of index {info.Position.Index}, but {Applied} is applied here already; it would take back what was acknowledged");
                }

                _options.AfterStep?.Invoke(InstallStep.Verified);
                Guarded("installing a snapshot", () => Install(path, info));
            }
        }
    }

    /// <summary>The digest as computed from all rows; equal to <see cref="Digest"/> unless the file is damaged.</summary>
    public StateDigest RecomputeDigest()
    {
        lock (_checkpointing)
        {
            Healthy();
            return Guarded("recomputing the digest", () => _live.RecomputeDigest());
        }
    }

    /// <summary>Reads every row once, as of now, while writes go on: SQLite itself does not notice a value that changed on the disk.</summary>
    /// <exception cref="StoreException">The rows are not those that were written.</exception>
    public void RequireUndamaged() => ReadRows(database => DigestCheck.Require(database, _live.Path));

    /// <summary>
    /// Lets go of memory that only a busy store needs: pages that SQLite keeps, blocks for rows, events that are on the disk.
    /// What waits is written first, and a checkpoint may be waited for; applying goes on meanwhile.
    /// </summary>
    /// <returns>How many bytes of blocks and pages it was.</returns>
    public long Trim()
    {
        lock (_checkpointing)
        {
            Healthy();
            return Guarded("letting go of memory", () => Trim(_live) + _pool.Trim());
        }
    }

    public void Dispose()
    {
        lock (_checkpointing)
        {
            lock (_writing)
            {
                var hasFailed = _fault is not null;
                _fault ??= new StoreException("the store is closed; nothing can be asked of it any more");
                _pool.Dispose();
                if (hasFailed)
                {
                    _live.Abandon();
                }
                else
                {
                    _live.Dispose();
                }
            }
        }

        _signal.Raise();
        _running.Raise();
    }

    /// <summary>Returns when all that was applied before can be read from the disk.</summary>
    internal void Flush()
    {
        Healthy();
        Guarded("writing rows", () => _live.Flush());
    }

    internal T ReadRows<T>(Func<Database, T> read)
    {
        Healthy();
        return Guarded("reading", () => _pool.Use(read));
    }

    private static void RefuseGaps(LogIndex applied, IReadOnlyList<Entry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Index != applied + i + 1)
            {
                throw new InvalidOperationException($"entry {entries[i].Index} cannot be applied after {applied + i}: committed entries come one after the other (invariant 1)");
            }
        }
    }

    private static T Trying<T>(string file, string during, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is SqliteException or RowDamageException or IOException or UnauthorizedAccessException)
        {
            throw StoreException.Failed(file, during, failure);
        }
    }

    private long Trim(LiveDatabase live)
    {
        live.Flush();
        var bytes = live.TrimWriting();
        lock (_writing)
        {
            bytes += live.TrimReading();
            _published = live.Published;
        }

        return bytes;
    }

    private void Install(string path, SnapshotInfo info)
    {
        var target = _folder.TakeIn(path, info.Position.Index);
        _options.AfterStep?.Invoke(InstallStep.Moved);
        _folder.MakeCurrent(target);
        _options.AfterStep?.Invoke(InstallStep.Switched);
        _live.Abandon();
        _live = LiveDatabase.Open(target, _options, Fail);
        _pool.Switch(target);
        _options.AfterStep?.Invoke(InstallStep.Reopened);
        _folder.RemoveOthers(target);
        _options.AfterStep?.Invoke(InstallStep.Deleted);
        Publish();
    }

    private void Publish()
    {
        var (before, now) = (_published.State, _live.Published.State);
        _published = _live.Published;
        _signal.Raise();
        if (!ReferenceEquals(before.Running, now.Running) || !ReferenceEquals(before.Nodes, now.Nodes))
        {
            _running.Raise();
        }
    }

    private Published Healthy() => _fault is { } failure ? throw new StoreException(failure.Message, failure) : _published;

    private void Guarded(string during, Action action) => Guarded(during, () =>
    {
        action();
        return true;
    });

    /// <summary>Any failure of the state itself leaves it open what is on the disk, so it is the last thing that happens to this store.</summary>
    private T Guarded<T>(string during, Func<T> action)
    {
        try
        {
            return Trying(_live.Path, during, action);
        }
        catch (Exception failure) when (failure is not (TimeoutException or SnapshotException or OperationCanceledException))
        {
            Fail(failure as StoreException ?? StoreException.Failed(_live.Path, during, failure));
            throw;
        }
    }

    private void Fail(Exception failure)
    {
        var fault = failure as StoreException ?? StoreException.Failed(_live.Path, "writing rows", failure);
        _fault ??= fault;
        _failed.TrySetResult(fault);
        _signal.Raise();
        _running.Raise();
    }
}
