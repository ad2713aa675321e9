using Pryv.Consensus.Core;

namespace Pryv.Consensus.Running;

/// <summary>
/// What the log is applied to. Apply and Install are called by one thread, the others by another beside it. A call that
/// throws stops the member: it never goes on from what may be lost.
/// </summary>
public interface IStateMachine
{
    /// <summary>The index that is applied, as found at the start.</summary>
    LogIndex Applied { get; }

    /// <summary>Applies entries in order; one result each. What it returns is visible to readers already.</summary>
    IReadOnlyList<object?> Apply(IReadOnlyList<Entry> entries);

    /// <summary>Makes the state durable by its own means and says up to which index it is.</summary>
    LogIndex Checkpoint();

    /// <summary>Copies the state as of now; copies made before may go. Null when there is no room for a copy now.</summary>
    SnapshotMeta? TakeSnapshot();

    ReadOnlyMemory<byte> LoadChunk(SnapshotMeta snapshot, long offset, int length);

    /// <summary>Keeps a piece when it follows what is there; says how far the pieces of this snapshot reach.</summary>
    long StoreChunk(SnapshotMeta snapshot, long offset, ReadOnlyMemory<byte> data);

    /// <summary>Puts the received snapshot in the state's place, durably; false when what was received is no good and has been thrown away.</summary>
    bool Install(SnapshotMeta snapshot);
}
