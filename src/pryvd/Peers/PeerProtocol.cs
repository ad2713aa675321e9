namespace Pryvd.Peers;

/// <summary>The version of what nodes say to each other, and its bounds.</summary>
public static class PeerProtocol
{
    /// <summary>Raised when a frame means something new; a node speaks with nodes of this and the previous version.</summary>
    public const uint Version = 1;

    public const uint Oldest = 1;

    /// <summary>With a refusal for the epoch of a frame: the epoch of the refusing node.</summary>
    public const string EpochTrailer = "pryvd-epoch";

    /// <summary>The largest message on the peer port, in bytes.</summary>
    public const int MaxMessageBytes = 8 * 1024 * 1024;

    public static bool Understands(uint version) => version is >= Oldest and <= Version;
}
