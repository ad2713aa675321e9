using Grpc.Core;
using Pryv.Consensus;

namespace Pryvd.Peers;

/// <summary>A refusal because the other one's epoch is over.</summary>
/// <param name="why">Status and reason.</param>
/// <param name="newer">The epoch of the one that refuses.</param>
public sealed class EpochOverException(Status why, Epoch newer) : RpcException(why)
{
    public Epoch Newer { get; } = newer;
}
