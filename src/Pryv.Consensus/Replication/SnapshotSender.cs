using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>Sends one snapshot to one member, piece after piece; the member's answers say where to go on, so that a break costs one piece.</summary>
internal sealed class SnapshotSender(MemberId to, SnapshotMeta snapshot, ReplicaOptions options)
{
    /// <summary>After this many pieces without an answer the sending is given up.</summary>
    private const int MaxRetries = 20;

    private int _silentTicks;
    private int _retries;
    private long _offset = -1;

    public MemberId To { get; } = to;

    public SnapshotMeta Snapshot { get; } = snapshot;

    public bool IsGivenUp => _retries > MaxRetries;

    /// <summary>The first message asks how far the member is.</summary>
    public Message Probe(MemberId self, Term term) =>
        new Message.SnapshotChunk(self, To, term, Snapshot, 0, ReadOnlyMemory<byte>.Empty);

    /// <summary>The member has everything before <paramref name="next"/>: what to load for it, or null when it has all or had said so before.</summary>
    public ReplicaEffect.LoadChunk? Answered(long next)
    {
        if (next == _offset)
        {
            return null;
        }

        (_offset, _silentTicks, _retries) = (next, 0, 0);
        return LoadNext();
    }

    /// <summary>One tick without an answer; after some the piece, or the question, goes out again.</summary>
    public bool TickIsRetry()
    {
        if (++_silentTicks < options.ChunkRetryTicks)
        {
            return false;
        }

        _silentTicks = 0;
        _retries++;
        _offset = -1;
        return true;
    }

    private ReplicaEffect.LoadChunk? LoadNext() =>
        _offset >= Snapshot.Size
            ? null
            : new ReplicaEffect.LoadChunk(To, Snapshot, _offset, (int)Math.Min(options.ChunkBytes, Snapshot.Size - _offset));
}
