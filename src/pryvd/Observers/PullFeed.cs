using Google.Protobuf;
using Grpc.Core;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>
/// What one observer is sent: a snapshot if it needs one, then entries as they are applied here, and how this node stands.
/// Nothing is queued for it: the stream's flow control says when the next batch is read.
/// </summary>
internal sealed class PullFeed(ClusterSession session, PullRequest request, IServerStreamWriter<PullFrame> stream, Action check, CancellationToken cancel)
{
    private LogIndex _sent = new(request.Index);
    private Task _moved = Task.CompletedTask;
    private Task? _more;

    public async Task RunAsync()
    {
        await SendAsync(new PullFrame()).ConfigureAwait(false);
        while (true)
        {
            if (session.Ended.IsCompleted)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, $"Node {session.NodeName} has stopped; ask another one."));
            }

            var entries = Next();
            if (entries is null)
            {
                await SendSnapshotAsync().ConfigureAwait(false);
            }
            else if (entries.Count > 0)
            {
                await SendAsync(entries).ConfigureAwait(false);
            }
            else
            {
                await WaitAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null when a snapshot is needed. Who has nothing gets one in any case: it holds what the log began with.</summary>
    private IReadOnlyList<Entry>? Next()
    {
        if (_sent >= session.Store.Applied)
        {
            return [];
        }

        return _sent == LogIndex.Zero ? null : session.ReadApplied(_sent, PullLimits.BatchBytes);
    }

    private async Task SendAsync(IReadOnlyList<Entry> entries)
    {
        var pulled = new PulledEntries { First = entries[0].Index.Value };
        pulled.Entries.AddRange(entries.Select(e => new PulledEntry
        {
            Term = e.Term.Value,
            Kind = (uint)e.Kind,
            Data = UnsafeByteOperations.UnsafeWrap(e.Data),
        }));
        await SendAsync(new PullFrame { Entries = pulled }).ConfigureAwait(false);
        _sent = entries[^1].Index;
    }

    private async Task SendSnapshotAsync()
    {
        if (!await session.Copies.Sending.WaitAsync(TimeSpan.Zero, cancel).ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"Node {session.NodeName} sends enough snapshots already; ask another one, or again."));
        }

        try
        {
            await SendCopyAsync().ConfigureAwait(false);
        }
        finally
        {
            session.Copies.Sending.Release();
        }
    }

    private async Task SendCopyAsync()
    {
        var (copy, content) = await session.Copies
            .TakeAsync(index => index > _sent && (index >= session.Store.Applied || session.ReadApplied(index, 0) is not null), cancel).ConfigureAwait(false);
        await using var open = content;
        var offset = copy.Id == request.SnapshotId ? Math.Clamp(request.SnapshotOffset, 0, copy.Size) : 0;
        content.Seek(offset, SeekOrigin.Begin);
        var buffer = new byte[PullLimits.ChunkBytes];
        do
        {
            var length = await content.ReadAtLeastAsync(buffer, (int)Math.Min(buffer.Length, copy.Size - offset), throwOnEndOfStream: true, cancel).ConfigureAwait(false);
            await SendAsync(new PullFrame { Snapshot = Piece(copy, offset, buffer.AsSpan(0, length)) }).ConfigureAwait(false);
            offset += length;
        }
        while (offset < copy.Size);
        _sent = copy.Position.Index;
    }

    private static SnapshotPiece Piece(PullCopy copy, long offset, ReadOnlySpan<byte> data) => new()
    {
        Id = copy.Id,
        Index = copy.Position.Index.Value,
        Term = copy.Position.Term.Value,
        Configuration = UnsafeByteOperations.UnsafeWrap(copy.Configuration),
        Size = copy.Size,
        Offset = offset,
        Data = ByteString.CopyFrom(data),
    };

    /// <summary>Until something is applied, the leader is another one, or it is time for a sign of life.</summary>
    private async Task WaitAsync()
    {
        _more ??= session.Store.WaitAppliedAsync(_sent.Next(), cancel);
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var first = await Task.WhenAny(_more, _moved, session.Ended, Task.Delay(PullLimits.Heartbeat, woken.Token)).ConfigureAwait(false);
        await woken.CancelAsync().ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        if (first == _more)
        {
            _more = null;
            await first.ConfigureAwait(false);
        }
        else
        {
            await SendAsync(new PullFrame()).ConfigureAwait(false);
        }
    }

    /// <summary>Every frame says how this node stands; one that is not taken in time ends the stream.</summary>
    private async Task SendAsync(PullFrame frame)
    {
        // A revocation ends the stream, too.
        check();
        _moved = session.LeaderMoved;
        frame.Standing = Standings.Of(session);
        try
        {
            await stream.WriteAsync(frame, cancel).WaitAsync(PullLimits.Patience, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"Nothing was taken for {PullLimits.Patience.TotalSeconds} s, so the stream was ended; go on from what is applied."));
        }
    }
}
