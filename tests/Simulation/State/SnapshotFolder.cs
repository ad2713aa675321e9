using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>A machine's snapshot files: the one it has taken and the one it receives.</summary>
public sealed class SnapshotFolder
{
    private SnapshotMeta? _taken;
    private byte[] _takenBytes = [];
    private SnapshotMeta? _incoming;
    private byte[] _incomingBytes = [];

    /// <summary>How much of the incoming one is there without a gap.</summary>
    private long _received;

    public void Keep(SnapshotMeta meta, byte[] bytes) => (_taken, _takenBytes) = (meta, bytes);

    /// <summary>A piece of the one taken; null when that is another by now.</summary>
    public byte[]? Load(SnapshotMeta meta, long offset, int length) =>
        _taken?.Id == meta.Id ? _takenBytes.AsSpan((int)offset, length).ToArray() : null;

    /// <summary>Keeps a piece and says how far the pieces reach; those of another snapshot go.</summary>
    public long Store(SnapshotMeta meta, long offset, ReadOnlySpan<byte> data)
    {
        if (_incoming?.Id != meta.Id || _incoming.Position != meta.Position)
        {
            (_incoming, _incomingBytes, _received) = (meta, new byte[meta.Size], 0);
        }

        if (offset <= _received)
        {
            data.CopyTo(_incomingBytes.AsSpan((int)offset));
            _received = Math.Max(_received, offset + data.Length);
        }

        return _received;
    }

    public byte[] Incoming() => _incomingBytes;

    public void DropIncoming() => (_incoming, _incomingBytes, _received) = (null, [], 0);

    /// <summary>Received pieces are not flushed one by one: a power cut takes some from the end.</summary>
    public void PowerCut(SeededRandom random) => _received = random.Next((int)_received + 1);
}
