namespace Pryvd.Peers.Identity;

/// <summary>What a peer's certificate is good for, or why for nothing.</summary>
public enum PeerVerdict
{
    /// <summary>A member's: valid, of this cluster, not revoked.</summary>
    Accepted,

    /// <summary>Good in all but its end date: enough to ask for a new certificate, and for nothing else.</summary>
    Expired,

    /// <summary>The peer showed none; a joiner has none.</summary>
    Missing,

    NotYetValid,
    UntrustedAuthority,
    WrongUse,
    Nameless,
    WrongCluster,
    WrongNode,
    Revoked,
}
