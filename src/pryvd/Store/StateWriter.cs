using Pryv.Consensus;
using SQLitePCL;

namespace Pryvd.Store;

/// <summary>The database file's one writer: rows in whole transactions, and checkpoints. Any thread may call it.</summary>
internal sealed class StateWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _checkpointing = new();
    private readonly Database _writer;
    private readonly Database _checkpointer;
    private readonly StoreOptions _options;
    private readonly RowWriter _rows;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _writeApplied;
    private AppliedRow _applied;
    private long _checkpointAt;

    /// <param name="writer">Owned from now on.</param>
    /// <param name="checkpointer">Owned from now on.</param>
    public StateWriter(Database writer, Database checkpointer, AppliedRow applied, StoreOptions options)
    {
        (_writer, _checkpointer, _applied, _options) = (writer, checkpointer, applied, options);
        _rows = new RowWriter(_writer);
        _begin = _writer.Prepare("BEGIN IMMEDIATE");
        _commit = _writer.Prepare("COMMIT");
        _writeApplied = AppliedRow.PrepareWrite(_writer);
        _checkpointAt = _options.CheckpointBytes;
    }

    /// <summary>The digest of the rows on disk.</summary>
    public StateDigest Digest
    {
        get
        {
            lock (_gate)
            {
                return new StateDigest(_applied.Progress.Position.Index, _applied.Digest.ToString());
            }
        }
    }

    /// <summary>What is known to be in the database file itself, flushed.</summary>
    private LogIndex Checkpointed { get; set; }

    /// <summary>Writes rows and how far they have come in one transaction; when this returns, it is committed.</summary>
    public void Write(PendingRows rows)
    {
        lock (_gate)
        {
            _begin.Run();
            _options.AfterWrite?.Invoke(WriteStep.Begun);
            var digest = _applied.Digest;
            foreach (var table in Schema.Tables)
            {
                var waiting = rows.Of(table);
                foreach (var row in waiting.Ordered())
                {
                    digest = _rows.Apply(table, waiting.Row(row), digest);
                }
            }

            var applied = new AppliedRow(rows.Progress!, digest);
            applied.Write(_writeApplied);
            _options.AfterWrite?.Invoke(WriteStep.RowsWritten);
            _commit.Run();
            _applied = applied;
            _options.AfterWrite?.Invoke(WriteStep.Committed);
        }

        BoundJournal();
    }

    /// <summary>
    /// Moves the whole journal into the file and flushes it, unless a reader still needs the old pages: most of it while rows
    /// may be written, the rest while none are. SQLite flushes the journal before and the file after, and says so when that fails.
    /// </summary>
    /// <returns>Up to where the file is durable.</returns>
    public LogIndex Checkpoint()
    {
        lock (_checkpointing)
        {
            _checkpointer.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            lock (_gate)
            {
                _checkpointAt = _rows.Bytes + _options.CheckpointBytes;
                if (_checkpointer.Checkpoint(raw.SQLITE_CHECKPOINT_FULL))
                {
                    Checkpointed = _applied.Progress.Position.Index;
                    _options.AfterWrite?.Invoke(WriteStep.Checkpointed);
                }

                return Checkpointed;
            }
        }
    }

    /// <summary>The digest as computed from all rows.</summary>
    public StateDigest RecomputeDigest()
    {
        lock (_gate)
        {
            return new StateDigest(_applied.Progress.Position.Index, DigestCheck.Recompute(_writer).ToString());
        }
    }

    /// <summary>Lets go of the pages that both connections keep; returns how many bytes they were.</summary>
    public long Trim()
    {
        long bytes;
        lock (_checkpointing)
        {
            bytes = _checkpointer.Trim();
        }

        lock (_gate)
        {
            return bytes + _writer.Trim();
        }
    }

    public void Dispose()
    {
        _checkpointer.Dispose();
        _writer.Dispose();
    }

    /// <summary>The journal stays bounded although nobody may ask for a checkpoint; one that a reader holds up is tried again later.</summary>
    private void BoundJournal()
    {
        if (_rows.Bytes > _checkpointAt)
        {
            Checkpoint();
        }
    }
}
