using Grpc.Core;
using Pryv.V1;
using Pryvd.Api;

namespace Pryvd.Agent.Artifacts;

/// <summary>Artifacts are given once, to any node (R2).</summary>
internal sealed class ArtifactService(Func<ArtifactStore> store) : Pryv.V1.Artifacts.ArtifactsBase
{
    public override Task<FindArtifactReply> FindArtifact(FindArtifactRequest request, ServerCallContext context)
    {
        var path = ArtifactStore.IsHash(request.Sha256) ? store().Find(request.Sha256) : throw NoHash();
        return Task.FromResult(path is null ? new FindArtifactReply() : new FindArtifactReply { Found = true, Size = new FileInfo(path).Length });
    }

    public override async Task<PutArtifactReply> PutArtifact(IAsyncStreamReader<PutArtifactRequest> requestStream, ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        if (!await requestStream.MoveNext(cancel).ConfigureAwait(false))
        {
            throw Errors.Invalid("Nothing came; the first message says the SHA-256 and the size of the artifact.");
        }

        var first = requestStream.Current;
        if (!ArtifactStore.IsHash(first.Sha256))
        {
            throw NoHash();
        }

        if (store().Find(first.Sha256) is not null)
        {
            return new PutArtifactReply();
        }

        try
        {
            using var intake = store().Begin(first.Sha256, first.Size);
            intake.Restart();
            do
            {
                intake.Write(requestStream.Current.Data.Span);
            }
            while (await requestStream.MoveNext(cancel).ConfigureAwait(false));
            await intake.FinishAsync(cancel).ConfigureAwait(false);
            return new PutArtifactReply();
        }
        catch (ArtifactException failure)
        {
            throw new RpcException(new Status(failure.IsFinal ? StatusCode.InvalidArgument : StatusCode.ResourceExhausted, failure.Message));
        }
    }

    private static RpcException NoHash() => Errors.Invalid("An artifact is named by the 64 lower-case hexadecimal digits of its SHA-256.");
}
