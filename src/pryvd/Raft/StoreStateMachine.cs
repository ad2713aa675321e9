using System.Globalization;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Running;
using Pryv.Consensus.Wire;
using Pryvd.Observers;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>The store as a replica's state machine; snapshots on their way are files in a folder beside it.</summary>
internal sealed class StoreStateMachine : IStateMachine, IDisposable
{
    private readonly Lock _gate = new();
    private readonly StateStore _store;
    private readonly string _folder;
    private readonly Action<Exception> _snapshotFailed;
    private FileStream? _outgoing;
    private FileStream? _incoming;
    private (LogPosition Position, long Id, long Size) _incomingKey;

    /// <param name="store">Owned by the caller.</param>
    /// <param name="folder">For snapshots on their way; what an earlier run left there is of no use and goes.</param>
    /// <param name="snapshotFailed">Told when a copy could not be made.</param>
    public StoreStateMachine(StateStore store, string folder, Action<Exception> snapshotFailed)
    {
        (_store, _folder, _snapshotFailed) = (store, folder, snapshotFailed);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public LogIndex Applied => _store.Applied;

    /// <summary>What was applied last, for those who follow.</summary>
    public AppliedTail Tail { get; } = new();

    public IReadOnlyList<object?> Apply(IReadOnlyList<Entry> entries)
    {
        var result = _store.ApplyBatch(entries);
        Tail.Add(result.Stopped is null ? entries : [.. entries.TakeWhile(e => e.Index <= _store.Applied)]);
        return result.Stopped is { } newer ? throw new NewerCommandException(newer) : result.Replies;
    }

    public LogIndex Checkpoint() => _store.Checkpoint();

    public SnapshotMeta? TakeSnapshot()
    {
        try
        {
            return SaveOutgoing();
        }
        catch (Exception failure) when (failure is SnapshotException or IOException)
        {
            // The copy could not be written, the state itself is as it was.
            _snapshotFailed(failure);
            return null;
        }
    }

    private SnapshotMeta SaveOutgoing()
    {
        CloseOutgoing();
        var id = Random.Shared.NextInt64();
        var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"outgoing-{id:x}.db"));
        var info = _store.SaveSnapshot(path, CancellationToken.None);
        _outgoing = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.DeleteOnClose);
        return new SnapshotMeta(info.Position, ConfigurationCodec.Decode(info.Configuration), _outgoing.Length, id);
    }

    public ReadOnlyMemory<byte> LoadChunk(SnapshotMeta snapshot, long offset, int length)
    {
        var buffer = new byte[length];
        var file = _outgoing ?? throw new InvalidOperationException("no snapshot has been taken");
        file.Seek(offset, SeekOrigin.Begin);
        file.ReadExactly(buffer);
        return buffer;
    }

    public long StoreChunk(SnapshotMeta snapshot, long offset, ReadOnlyMemory<byte> data)
    {
        using var held = _gate.EnterScope();
        var key = (snapshot.Position, snapshot.Id, snapshot.Size);
        if (_incoming is null || key != _incomingKey)
        {
            CloseIncoming();
            _incoming = new FileStream(IncomingPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            _incomingKey = key;
        }

        if (offset == _incoming.Length && !data.IsEmpty)
        {
            _incoming.Seek(offset, SeekOrigin.Begin);
            _incoming.Write(data.Span);
            _incoming.Flush();
        }

        return _incoming.Length;
    }

    public bool Install(SnapshotMeta snapshot)
    {
        var received = Path.Combine(_folder, "received.db");
        using (_gate.EnterScope())
        {
            _incoming?.Dispose();
            _incoming = null;

            // Out of the way of pieces that come late.
            File.Move(IncomingPath, received, overwrite: true);
        }

        try
        {
            _store.InstallSnapshot(received);
            Tail.Clear();
            return _store.Position == snapshot.Position
                ? true
                : throw new InvariantException($"the snapshot is of {_store.Position}, {snapshot.Position} was announced");
        }
        catch (SnapshotException refusal) when (refusal.InnerException is StoreException)
        {
            // Whole, but of a version that this build does not read: getting it again would not help.
            throw new NewerCommandException(refusal.Message);
        }
        catch (SnapshotException)
        {
            // Damaged on its way; it is sent again.
            File.Delete(received);
            return false;
        }
    }

    public void Dispose()
    {
        CloseOutgoing();
        CloseIncoming();
    }

    private string IncomingPath => Path.Combine(_folder, "incoming.db");

    private void CloseOutgoing()
    {
        _outgoing?.Dispose();
        _outgoing = null;
    }

    private void CloseIncoming()
    {
        _incoming?.Dispose();
        _incoming = null;
        File.Delete(IncomingPath);
    }
}
