using System.Buffers;
using System.Threading.Channels;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;

namespace Pryvd.Peers.Links;

/// <summary>
/// Writes what waits to one connection, on the thread that brings it as long as the connection takes it at once: another
/// thread costs more than the writing. A connection that is full goes on by itself, and nobody waits for it.
/// </summary>
internal sealed class LinkWriter(Stream stream, ChannelReader<Message> waiting)
{
    private const int MaxBatchBytes = 1024 * 1024;
    private const int KeptBytes = 64 * 1024;

    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ArrayBufferWriter<byte> _batch = new();
    private int _isWriting;

    /// <summary>Fails when the connection does.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Any thread may call it; one writes, and looks again before it ends.</summary>
    public void Pump()
    {
        while (waiting.Count > 0 && Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            if (!TryWriteAll())
            {
                return;
            }

            Interlocked.Exchange(ref _isWriting, 0);
        }
    }

    /// <summary>Ends it.</summary>
    public void Break(Exception why) => _broken.TrySetException(why);

    /// <summary>False when the connection does not take it at once, or not at all.</summary>
    private bool TryWriteAll()
    {
        while (true)
        {
            var writing = WriteBatchAsync();
            if (!writing.IsCompletedSuccessfully)
            {
                _ = GoOnAsync(writing);
                return false;
            }

            if (!writing.Result)
            {
                return true;
            }
        }
    }

    /// <summary>False when nothing waits.</summary>
    private async Task<bool> WriteBatchAsync()
    {
        var isSome = TakeBatch();
        if (isSome)
        {
            await stream.WriteAsync(_batch.WrittenMemory).ConfigureAwait(false);
        }

        return isSome;
    }

    /// <summary>Whatever a connection throws ends that connection and nothing else.</summary>
    private async Task GoOnAsync(Task<bool> writing)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Break(failure);
            return;
        }

        if (TryWriteAll())
        {
            Interlocked.Exchange(ref _isWriting, 0);
            Pump();
        }
    }

    private bool TakeBatch()
    {
        // What a busy time needed is let go of in a quiet one.
        if (_batch.Capacity > KeptBytes && _batch.WrittenCount < _batch.Capacity / 8)
        {
            _batch = new ArrayBufferWriter<byte>();
        }

        _batch.ResetWrittenCount();
        while (_batch.WrittenCount < MaxBatchBytes && waiting.TryRead(out var message))
        {
            LinkRecords.Write(_batch, MessageCodec.Encode(message).Span);
        }

        return _batch.WrittenCount > 0;
    }
}
