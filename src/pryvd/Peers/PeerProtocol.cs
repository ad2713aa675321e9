using System.Globalization;
using System.Net.Security;
using Grpc.Core;
using Pryv.Consensus;

namespace Pryvd.Peers;

/// <summary>The version of what nodes say to each other, and its bounds.</summary>
public static class PeerProtocol
{
    /// <summary>Raised when a frame means something new; a node speaks with nodes of this and the previous version.</summary>
    public const uint Version = 1;

    public const uint Oldest = 1;

    /// <summary>What a connection for consensus messages is negotiated as (ALPN); all others speak HTTP/2. The number is that of its records.</summary>
    public static readonly SslApplicationProtocol Link = new("pryvd-link/1");

    private const string EpochTrailer = "pryvd-epoch";

    /// <summary>The largest message on the peer port, in bytes.</summary>
    public const int MaxMessageBytes = 8 * 1024 * 1024;

    /// <summary>A refusal, with the epoch of the one that refuses where the other's is over.</summary>
    /// <param name="why">Status and reason.</param>
    /// <param name="newer">Zero where the epoch is not the reason.</param>
    public static RpcException Refusal(Status why, Epoch newer) => newer.Value > 0
        ? new RpcException(why, new Metadata { { EpochTrailer, newer.Value.ToString(CultureInfo.InvariantCulture) } })
        : new RpcException(why);

    /// <summary>The epoch of a peer that refused us for ours.</summary>
    public static Epoch? EpochOf(RpcException refused) =>
        long.TryParse(refused.Trailers.FirstOrDefault(t => t.Key == EpochTrailer)?.Value, CultureInfo.InvariantCulture, out var epoch) ? new Epoch(epoch) : null;

    public static bool Understands(uint version) => version is >= Oldest and <= Version;
}
