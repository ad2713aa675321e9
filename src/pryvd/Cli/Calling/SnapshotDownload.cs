using Grpc.Core;
using Pryv.V1;
using Pryvd.Hosting;

namespace Pryvd.Cli.Calling;

/// <summary>Takes a snapshot into a file that is there whole, flushed and under its name, or not at all.</summary>
internal sealed class SnapshotDownload(Call call, string path, bool overwrite)
{
    // Between two chunks; the whole may take as long as it needs.
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(60);

    private readonly string _temporary = path + ".tmp";

    public async Task<long> Run()
    {
        if (!overwrite && File.Exists(path))
        {
            throw new CliException(ExitCode.Conflict, $"{path} exists already; nothing was written.", "give another name, or --yes to overwrite it");
        }

        // Opened before the file is made, so that no daemon means no file.
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(call.Stop);
        silence.CancelAfter(call.Timeout ?? _silence);
        using var stream = call.Daemon.Snapshots.SaveSnapshot(new SaveSnapshotRequest(), new CallOptions(cancellationToken: silence.Token));
        try
        {
            return await Receive(stream.ResponseStream, silence);
        }
        catch (Exception e) when (silence.IsCancellationRequested && !call.Stop.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            throw CliException.Failed("The daemon stopped sending the snapshot; nothing was written.", "allow more silence with --timeout");
        }
        finally
        {
            File.Delete(_temporary);
        }
    }

    private async Task<long> Receive(IAsyncStreamReader<SnapshotChunk> chunks, CancellationTokenSource silence)
    {
        long received = 0;
        long total = -1;
        while (await chunks.MoveNext(silence.Token))
        {
            silence.CancelAfter(call.Timeout ?? _silence);
            var chunk = chunks.Current;
            if (chunk.Offset != received)
            {
                throw CliException.Failed($"The snapshot has a gap: {received} bytes came, and then those from {chunk.Offset} on.", "try again");
            }

            await Append(chunk, received == 0);
            received += chunk.Data.Length;
            total = chunk.Total;
        }

        if (received != total)
        {
            throw CliException.Failed($"The snapshot is cut off: {received} of {Math.Max(0, total)} bytes came; nothing was written.", "try again");
        }

        Flush();
        Publish();
        return received;
    }

    private async Task Append(SnapshotChunk chunk, bool isFirst)
    {
        var options = new FileStreamOptions
        {
            Mode = isFirst ? FileMode.Create : FileMode.Append,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var stream = new FileStream(_temporary, options);
        await stream.WriteAsync(chunk.Data.Memory, call.Stop);
    }

    // .NET's own flush reports success when fsync fails.
    private void Flush()
    {
        using var file = File.OpenHandle(_temporary, FileMode.Open, FileAccess.ReadWrite);
        if (Libc.Flush(file) != 0)
        {
            throw new IOException($"{_temporary} could not be flushed to the disk: {Libc.LastError()}.");
        }
    }

    private void Publish()
    {
        if (overwrite)
        {
            DurableFile.Rename(_temporary, path);
            return;
        }

        File.Move(_temporary, path, overwrite: false);
        DurableFile.FlushFolder(Path.GetDirectoryName(path) ?? "/");
    }
}
