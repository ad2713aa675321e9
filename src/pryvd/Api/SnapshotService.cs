using Google.Protobuf;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Api;

/// <summary>Consistent copies of the replicated state, as streams.</summary>
internal sealed class SnapshotService(NodeHost host, WatchLimits limits) : Snapshots.SnapshotsBase
{
    private const int ChunkBytes = 256 << 10;

    // Each is a file as large as the state.
    private const int AtOnce = 2;

    private int _count;

    public override async Task SaveSnapshot(
        SaveSnapshotRequest request, IServerStreamWriter<SnapshotChunk> responseStream, ServerCallContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > AtOnce)
            {
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted, $"{AtOnce} snapshots are being saved from this node already; wait until one is done."));
            }

            var session = host.RequireSession();
            await Reads.ConfirmAsync(session, context).ConfigureAwait(false);
            await using var file = await TakeAsync(session, context.CancellationToken).ConfigureAwait(false);
            await SendAsync(file, new PatientWriter<SnapshotChunk>(responseStream, limits.Patience, context), context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>The copy, which is gone from the disk when it is closed, or when the process dies.</summary>
    private async Task<FileStream> TakeAsync(ClusterSession session, CancellationToken cancel)
    {
        var path = Path.Combine(host.Folder.SnapshotsPath, $"save-{Guid.NewGuid():N}.db");
        try
        {
            await Task.Run(() => session.Store.SaveSnapshot(path, cancel), cancel).ConfigureAwait(false);
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
        }
        catch (SnapshotException failure)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, failure.Message));
        }
        catch (StoreException failure)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"The snapshot was not saved: {failure.Message}"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task SendAsync(FileStream file, PatientWriter<SnapshotChunk> writer, CancellationToken cancel)
    {
        var buffer = new byte[ChunkBytes];
        var total = file.Length;
        for (var offset = 0L; offset < total;)
        {
            var length = await file.ReadAtLeastAsync(buffer, (int)Math.Min(ChunkBytes, total - offset), throwOnEndOfStream: true, cancel).ConfigureAwait(false);
            var chunk = new SnapshotChunk { Data = ByteString.CopyFrom(buffer, 0, length), Offset = offset, Total = total };
            await writer.WriteAsync(chunk, "").ConfigureAwait(false);
            offset += length;
        }
    }
}
