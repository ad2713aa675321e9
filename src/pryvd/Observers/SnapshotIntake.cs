using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;

namespace Pryvd.Observers;

/// <summary>Takes in the pieces of a snapshot; what is there stays for the next try, so that a break costs one piece.</summary>
internal sealed class SnapshotIntake(ObserverSession session)
{
    /// <summary>The snapshot of which there is a part, 0 for none.</summary>
    public long Id { get; private set; }

    /// <summary>How much of it there is.</summary>
    public long Next { get; private set; }

    public void Take(SnapshotPiece piece)
    {
        var meta = MetaOf(piece);
        (Id, Next) = (piece.Id, session.StateMachine.StoreChunk(meta, piece.Offset, piece.Data.Memory));
        if (Next != piece.Offset + piece.Data.Length)
        {
            throw new RpcException(new Status(StatusCode.DataLoss, $"a piece of a snapshot came for {piece.Offset}, but {Next} bytes of it are here"));
        }

        if (Next == piece.Size)
        {
            Install(meta);
        }
    }

    private void Install(SnapshotMeta meta)
    {
        (Id, Next) = (0, 0);
        if (!session.StateMachine.Install(meta))
        {
            throw new RpcException(new Status(StatusCode.DataLoss, $"the snapshot of {meta.Position.Index} is damaged or not newer than what is here"));
        }
    }

    private static SnapshotMeta MetaOf(SnapshotPiece piece)
    {
        try
        {
            return new SnapshotMeta(
                new LogPosition(new LogIndex(piece.Index), new Term(piece.Term)), ConfigurationCodec.Decode(piece.Configuration.Memory), piece.Size, piece.Id);
        }
        catch (WireFormatException malformed)
        {
            throw new RpcException(new Status(StatusCode.DataLoss, $"the snapshot's configuration cannot be read: {malformed.Message}"));
        }
    }
}
