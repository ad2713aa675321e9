using Google.Protobuf;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Calling;

/// <summary>Gives artifacts to this node, once; the others take them from it.</summary>
internal sealed class ArtifactUpload(Call call)
{
    private const int PieceBytes = 256 * 1024;

    // Between two pieces; the whole may take as long as it needs.
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(60);

    public async Task Give(IReadOnlyDictionary<string, string> uploads)
    {
        foreach (var (sha256, path) in uploads)
        {
            var found = await call.Read(options => call.Daemon.Artifacts.FindArtifactAsync(new FindArtifactRequest { Sha256 = sha256 }, options));
            if (!found.Found)
            {
                await Give(sha256, path);
            }
        }
    }

    private async Task Give(string sha256, string path)
    {
        await using var content = File.OpenRead(path);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(call.Stop);
        silence.CancelAfter(call.Timeout ?? _silence);
        try
        {
            using var stream = call.Daemon.Artifacts.PutArtifact(new CallOptions(cancellationToken: silence.Token));
            await Send(stream.RequestStream, content, sha256, silence);
            await stream;
        }
        catch (Exception e) when (silence.IsCancellationRequested && !call.Stop.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            throw CliException.Failed($"The daemon stopped taking {path}; nothing was changed.", "allow more silence with --timeout");
        }

        Tell($"{Path.GetFileName(path)}: {content.Length} bytes were given to this node.");
    }

    private async Task Send(IClientStreamWriter<PutArtifactRequest> pieces, FileStream content, string sha256, CancellationTokenSource silence)
    {
        var buffer = new byte[PieceBytes];
        await pieces.WriteAsync(new PutArtifactRequest { Sha256 = sha256, Size = content.Length }, silence.Token);
        for (var sent = 0L; await content.ReadAsync(buffer, silence.Token) is > 0 and var count;)
        {
            await pieces.WriteAsync(new PutArtifactRequest { Data = ByteString.CopyFrom(buffer, 0, count) }, silence.Token);
            silence.CancelAfter(call.Timeout ?? _silence);
            sent += count;
            Percent(content.Name, sent, content.Length);
        }

        await pieces.CompleteAsync();
    }

    private void Percent(string path, long sent, long total)
    {
        if (call.Terminal.Colours && !call.Output.IsJson)
        {
            call.Terminal.Error.Write($"\r\u001b[K{Visible.Of(Path.GetFileName(path))} {sent * 100 / Math.Max(1, total)} %{(sent == total ? "\r\u001b[K" : "")}");
        }
    }

    private void Tell(string text)
    {
        if (!call.Output.IsJson)
        {
            call.Terminal.Out.WriteLine(Visible.Of(text));
        }
    }
}
