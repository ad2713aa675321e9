using Google.Protobuf;
using Grpc.Core;
using Pryv.Internal.V1;
using Pryvd.Api;

namespace Pryvd.Agent.Artifacts;

/// <summary>Gives stored artifacts to peers, from an offset on; so many at a time as leave room for the rest of the daemon.</summary>
internal sealed class ArtifactSending(ArtifactStore store)
{
    private const int PieceBytes = 256 << 10;
    private const int AtOnce = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private int _count;

    public async Task SendAsync(FetchArtifactRequest request, IServerStreamWriter<ArtifactPiece> stream, ServerCallContext context)
    {
        if (!ArtifactStore.IsHash(request.Sha256) || request.Offset < 0)
        {
            throw Errors.Invalid("An artifact is asked for by the 64 lower-case hexadecimal digits of its SHA-256, from an offset of at least 0.");
        }

        var path = store.Find(request.Sha256) ?? throw Errors.NotFound($"The artifact {request.Sha256[..12]} is not stored here.");
        try
        {
            if (Interlocked.Increment(ref _count) > AtOnce)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{AtOnce} artifacts are being sent from here already; ask another node, or later."));
            }

            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous);
            await SendAsync(file, request.Offset, new PatientWriter<ArtifactPiece>(stream, Patience, context), context.CancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw Errors.NotFound($"The artifact {request.Sha256[..12]} made room for another one a moment ago.");
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static async Task SendAsync(FileStream file, long offset, PatientWriter<ArtifactPiece> writer, CancellationToken cancel)
    {
        file.Seek(Math.Min(offset, file.Length), SeekOrigin.Begin);
        var buffer = new byte[PieceBytes];
        for (int read; (read = await file.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
        {
            await writer.WriteAsync(new ArtifactPiece { Size = file.Length, Data = ByteString.CopyFrom(buffer, 0, read) }, "").ConfigureAwait(false);
        }
    }
}
