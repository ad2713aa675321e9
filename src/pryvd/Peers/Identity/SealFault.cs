namespace Pryvd.Peers.Identity;

/// <summary>Why something sealed could not be opened, or something open not sealed.</summary>
public enum SealFault
{
    /// <summary>The envelope is shorter than its own fixed parts.</summary>
    Truncated,

    /// <summary>The envelope is of a version or kind that this build does not read here.</summary>
    Unknown,

    /// <summary>Sealed with another key than the one at hand.</summary>
    OtherKey,

    /// <summary>Changed since it was sealed, sealed for another context, or opened with the wrong private key.</summary>
    Tampered,

    /// <summary>Larger than the bound.</summary>
    TooLarge,

    /// <summary>The public key to seal for is not a P-256 key.</summary>
    BadKey,
}
