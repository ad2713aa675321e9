using Pryv.Consensus.Core;

namespace Pryv.Consensus.Replication;

/// <summary>Sends one snapshot to one member, piece after piece; the member's answers say where to go on, so that a break costs one piece.</summary>
/// <param name="to">Who gets it.</param>
/// <param name="snapshot">What it gets.</param>
/// <param name="wasGivenUp">Whether the sending before this one got no answer.</param>
/// <param name="options">Times and sizes.</param>
internal sealed class SnapshotSender(MemberId to, SnapshotMeta snapshot, bool wasGivenUp, ReplicaOptions options)
{
    /// <summary>After this many pieces without an answer the sending is given up.</summary>
    private const int MaxRetries = 20;

    /// <summary>After so many the log is no longer held back for the member.</summary>
    private const int PinnedRetries = 3;

    private int _silentTicks;
    private int _retries;
    private long _offset = -1;

    public MemberId To { get; } = to;

    public SnapshotMeta Snapshot { get; } = snapshot;

    public bool IsGivenUp => _retries > MaxRetries;

    /// <summary>Whether the log must stay whole behind this snapshot: not for a member that does not answer.</summary>
    public bool PinsLog => _retries < PinnedRetries && (HasAnswered || !wasGivenUp);

    /// <summary>Whether the member has said how far it is, in this sending.</summary>
    public bool HasAnswered { get; private set; }

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

        (_offset, _silentTicks, _retries, HasAnswered) = (next, 0, 0, true);
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
