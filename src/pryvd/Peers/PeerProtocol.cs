using System.Net.Security;
using Pryv.Consensus.Log;
using Pryv.Internal.V1;

namespace Pryvd.Peers;

/// <summary>The version of what nodes say to each other, and its bounds.</summary>
public static class PeerProtocol
{
    /// <summary>Raised when a frame means something new; a node speaks with nodes of this and the previous version.</summary>
    public const uint Version = 1;

    public const uint Oldest = 1;

    /// <summary>What a connection for consensus messages is negotiated as (ALPN); all others speak HTTP/2. The number is that of its records.</summary>
    public static readonly SslApplicationProtocol Link = new("pryvd-link/1");

    /// <summary>The largest message on the peer port, in bytes.</summary>
    public const int MaxMessageBytes = 8 * 1024 * 1024;

    /// <summary>What a link begins with.</summary>
    public static LinkOpening OpeningOf(LogIdentity own) => new()
    {
        ProtocolVersion = Version,
        ClusterId = own.Cluster.ToString("N"),
        Epoch = own.Epoch.Value,
    };

    public static bool Understands(uint version) => version is >= Oldest and <= Version;
}
