using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>
/// How a joiner that has only a token trusts the node it calls: that node's certificate carries the authority's, whose
/// fingerprint must be the token's; then the certificate is judged as among members.
/// </summary>
public static class PinnedAuthority
{
    public static PeerCheck CheckServer(X509Certificate2? certificate, AuthorityFingerprint expected, TimeProvider clock)
    {
        if (certificate is null)
        {
            return new PeerCheck(PeerVerdict.Missing, null, null, "The peer showed no certificate; is this the peer port of a pryvd node?");
        }

        using var authority = Find(certificate, expected);
        return authority is null
            ? new PeerCheck(
                PeerVerdict.UntrustedAuthority, null, CertificateProfile.SerialOf(certificate),
                "The peer's authority is not the one that the token names; the token is for another cluster, or somebody stands between.")
            : new PeerCertificates(authority, _ => false, clock).CheckServer(certificate, null);
    }

    private static X509Certificate2? Find(X509Certificate2 certificate, AuthorityFingerprint expected)
    {
        var carried = CertificateProfile.CarriedAuthorityOf(certificate);
        if (carried is null || !AuthorityFingerprint.OfEncoded(carried).Equals(expected))
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(carried);
        }
        catch (CryptographicException)
        {
            // Its hash is the token's and yet it is no certificate: the token was made from something else.
            return null;
        }
    }
}
