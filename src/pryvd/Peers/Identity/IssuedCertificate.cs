namespace Pryvd.Peers.Identity;

/// <summary>A node's certificate as the authority gave it.</summary>
/// <param name="Der">The certificate itself.</param>
/// <param name="Serial">Lower-case hexadecimal, the name under which it is revoked.</param>
/// <param name="KeyHash">SHA-256 of the certified public key.</param>
/// <param name="NotAfter">From then on it is good for asking for a new one only.</param>
public sealed record IssuedCertificate(byte[] Der, string Serial, byte[] KeyHash, DateTimeOffset NotAfter);
