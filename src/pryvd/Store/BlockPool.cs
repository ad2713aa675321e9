namespace Pryvd.Store;

/// <summary>Large blocks of bytes that are used again, a bounded number of them; thread-safe.</summary>
internal sealed class BlockPool
{
    public const int BlockBytes = 64 * 1024;

    /// <summary>8 MiB: what some thousand writes a second take in a second.</summary>
    private const int MaxKept = 128;

    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _kept = new();

    /// <summary>A block of the usual size, or a larger one where that is not enough. What is in it is not defined.</summary>
    public byte[] Rent(int bytes)
    {
        lock (_gate)
        {
            if (bytes <= BlockBytes && _kept.TryPop(out var block))
            {
                return block;
            }
        }

        return GC.AllocateUninitializedArray<byte>(Math.Max(bytes, BlockBytes));
    }

    /// <summary>Lets go of the blocks that wait for use; returns how many bytes they were.</summary>
    public long Trim()
    {
        lock (_gate)
        {
            var bytes = (long)_kept.Count * BlockBytes;
            _kept.Clear();
            _kept.TrimExcess();
            return bytes;
        }
    }

    public void Return(byte[] block)
    {
        lock (_gate)
        {
            if (block.Length == BlockBytes && _kept.Count < MaxKept)
            {
                _kept.Push(block);
            }
        }
    }
}
