using System.Diagnostics;
using System.Text;
using Pryv.Consensus;
using Pryv.Consensus.Running;
using Pryvd.Commands;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>
/// Rows of applied entries on their way to the disk: a thread of its own writes what has gathered, many entries in one
/// transaction. The log holds them all meanwhile, so a crash costs nothing but applying them again.
/// </summary>
internal sealed class WriteBehind : IDisposable
{
    private readonly object _gate = new();
    private readonly Action<PendingRows> _write;
    private readonly Action<Exception> _failed;
    private readonly StoreOptions _options;
    private readonly Thread _thread;
    private readonly BlockPool _pool = new();
    private PendingRows _open;
    private PendingRows? _underWay;
    private PendingRows _last;
    private PendingRows? _spare;
    private LogIndex _lastFrom;
    private LogIndex _written;
    private long _added;
    private long _taken;
    private long _done;
    private long _wanted;
    private long _openedAt;
    private Exception? _failure;
    private bool _stopped;

    /// <param name="written">What the disk has.</param>
    /// <param name="options">How much may gather, and for how long.</param>
    /// <param name="write">Writes rows in one transaction.</param>
    /// <param name="failed">Told when that failed; nothing is written any more then.</param>
    public WriteBehind(LogIndex written, StoreOptions options, Action<PendingRows> write, Action<Exception> failed)
    {
        (_written, _lastFrom, _options, _write, _failed) = (written, written, options, write, failed);
        (_open, _last) = (new PendingRows(_pool), new PendingRows(_pool));
        _thread = BackgroundThread.Start("state-writer", Run);
    }

    /// <summary>How far the disk has come.</summary>
    public LogIndex Written
    {
        get
        {
            lock (_gate)
            {
                return _written;
            }
        }
    }

    /// <summary>Takes the rows of one entry; waits while too many wait already.</summary>
    public void Add(IReadOnlyList<RowChange> changes, Progress progress)
    {
        lock (_gate)
        {
            while (_failure is null && _underWay is not null && _open.Bytes >= _options.PendingBytes)
            {
                Monitor.Wait(_gate);
            }

            ThrowIfFailed();
            var isFirst = _open.Progress is null;
            _open.Add(changes, progress);
            _added++;
            if (isFirst)
            {
                _openedAt = Stopwatch.GetTimestamp();
            }

            if (isFirst || _open.Bytes >= _options.PendingBytes)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Returns when all that was added before is on the disk.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            var upTo = _wanted = _added;
            Monitor.PulseAll(_gate);
            while (_failure is null && _done < upTo)
            {
                Monitor.Wait(_gate);
            }

            ThrowIfFailed();
        }
    }

    /// <summary>
    /// The reply to a request, where it is in memory. False when only the disk knows. A request is applied at the index at
    /// which its id was made or later, and all that was applied after a certain index is here: so of a newer id it is known
    /// that there is none, and nothing is found.
    /// </summary>
    /// <param name="found">The row; null when there is none.</param>
    public bool TryFindReply(Model.RequestId id, string key, out string? found)
    {
        found = null;
        lock (_gate)
        {
            return IsIn(_open, key, ref found)
                || (_underWay is { } underWay && IsIn(underWay, key, ref found))
                || IsIn(_last, key, ref found)
                || id.MadeAt > _lastFrom;
        }
    }

    /// <summary>Lets go of what is kept for rows to come; returns how many bytes of blocks it was.</summary>
    public long Trim()
    {
        lock (_gate)
        {
            _spare = null;
            _open = _open.Progress is null ? new PendingRows(_pool) : _open;
            _last.Trim();
            return _pool.Trim();
        }
    }

    /// <summary>Writes what waits, unless a write has failed, and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    /// <summary>Ends without writing what waits: another state takes the place of this one.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _open = new PendingRows(_pool);
            _done = _added;
        }

        Dispose();
    }

    private static bool IsIn(PendingRows rows, string key, ref string? found)
    {
        if (!rows.Of(Table.Requests).TryFind(key, out var row))
        {
            return false;
        }

        found = row.IsDeleted ? null : Encoding.UTF8.GetString(row.Value);
        return true;
    }

    private void Run()
    {
        while (Next() is { } rows)
        {
            try
            {
                _write(rows);
            }
            catch (Exception failure)
            {
                Fail(failure);
                return;
            }

            Done(rows);
        }
    }

    /// <summary>Waits until there is enough, or for long enough; null at the end.</summary>
    private PendingRows? Next()
    {
        lock (_gate)
        {
            while (!_stopped && !IsDue(out var left))
            {
                Monitor.Wait(_gate, left);
            }

            if (_open.Progress is null)
            {
                return null;
            }

            (_underWay, _open, _spare, _taken) = (_open, _spare ?? new PendingRows(_pool), null, _added);
            Monitor.PulseAll(_gate);
            return _underWay;
        }
    }

    private bool IsDue(out TimeSpan left)
    {
        left = Timeout.InfiniteTimeSpan;
        if (_open.Progress is null)
        {
            return false;
        }

        left = _options.PendingTime - Stopwatch.GetElapsedTime(_openedAt);
        return left <= TimeSpan.Zero || _open.Bytes >= _options.PendingBytes || _wanted > _taken;
    }

    private void Done(PendingRows rows)
    {
        lock (_gate)
        {
            (_spare, _last) = (_last, rows.OnlyRequests());
            _spare.Clear();
            (_lastFrom, _underWay) = (_written, null);
            (_written, _done) = (rows.Progress!.Position.Index, _taken);
            Monitor.PulseAll(_gate);
        }
    }

    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure = failure;
            Monitor.PulseAll(_gate);
        }

        _failed(failure);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new StoreException(failure.Message, failure);
        }
    }
}
