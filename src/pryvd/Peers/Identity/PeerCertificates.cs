using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>
/// Judges peers' certificates: issued by this cluster's authority and no other, for this use, in the name of a node of
/// this cluster, within its dates, not revoked. It never asks the network or the system's trust store.
/// </summary>
/// <param name="authority">The cluster's authority.</param>
/// <param name="isRevoked">Asked with the lower-case hexadecimal serial, on any thread.</param>
/// <param name="clock">What time it is for the dates.</param>
public sealed class PeerCertificates(X509Certificate2 authority, Func<string, bool> isRevoked, TimeProvider clock)
{
    private readonly string _clusterId = ClusterAuthority.ClusterIdOf(authority);

    /// <summary>Looks at the certificate of whoever called us.</summary>
    public PeerCheck CheckClient(X509Certificate2? certificate) => Check(certificate, CertificateProfile.ClientUse, null);

    /// <summary>Looks at the certificate of whom we called.</summary>
    /// <param name="certificate">What it showed.</param>
    /// <param name="expectedNode">The node that was meant; null when any member will do.</param>
    public PeerCheck CheckServer(X509Certificate2? certificate, string? expectedNode) =>
        Check(certificate, CertificateProfile.ServerUse, expectedNode);

    private PeerCheck Check(X509Certificate2? certificate, string use, string? expectedNode) => certificate switch
    {
        null => new PeerCheck(PeerVerdict.Missing, null, null, "The peer showed no certificate; only a join needs none."),
        _ => CheckTrust(certificate, use) ?? CheckName(certificate, expectedNode) ?? CheckStanding(certificate),
    };

    private PeerCheck? CheckTrust(X509Certificate2 certificate, string use)
    {
        if (!IsIssuedByAuthority(certificate))
        {
            return Refuse(
                PeerVerdict.UntrustedAuthority, certificate, null,
                $"was not issued by the authority of cluster {_clusterId}; the peer belongs to another cluster or was set up anew");
        }

        return CertificateProfile.Allows(certificate, use)
            ? null
            : Refuse(PeerVerdict.WrongUse, certificate, null, "is not meant for this end of a connection between nodes");
    }

    private PeerCheck? CheckName(X509Certificate2 certificate, string? expectedNode) => NameOf(certificate) switch
    {
        null => Refuse(PeerVerdict.Nameless, certificate, null, "names no node"),
        var name when name.ClusterId != _clusterId => Refuse(
            PeerVerdict.WrongCluster, certificate, name, $"names cluster {name.ClusterId}, this is cluster {_clusterId}"),
        var name when expectedNode is not null && name.NodeId != expectedNode => Refuse(
            PeerVerdict.WrongNode, certificate, name,
            $"names node {name.NodeId} where {expectedNode} was expected; the address belongs to another node by now"),
        _ => null,
    };

    private PeerCheck CheckStanding(X509Certificate2 certificate)
    {
        var name = NameOf(certificate);
        var now = clock.GetUtcNow();
        return (isRevoked(CertificateProfile.SerialOf(certificate)), ValidFrom(certificate) > now, ValidTo(certificate) < now) switch
        {
            (true, _, _) => Refuse(
                PeerVerdict.Revoked, certificate, name, "was revoked; the node was removed and must join again with a new token"),
            (_, true, _) => Refuse(
                PeerVerdict.NotYetValid, certificate, name,
                $"is valid from {ValidFrom(certificate):u} on and it is {now:u}; set the clocks of both nodes"),
            (_, _, true) => Refuse(
                PeerVerdict.Expired, certificate, name, $"expired at {ValidTo(certificate):u}; it is good for renewal only"),
            _ => new PeerCheck(PeerVerdict.Accepted, name, CertificateProfile.SerialOf(certificate), $"The certificate names {name} and is valid."),
        };
    }

    // Dates are judged apart (CheckStanding), so that an expired certificate is told from an untrusted one.
    private bool IsIssuedByAuthority(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(authority);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        policy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        return chain.Build(certificate)
            && chain.ChainElements.Count == 2
            && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span);
    }

    private static CertifiedName? NameOf(X509Certificate2 certificate) =>
        CertificateProfile.Uris(certificate) is [var uri] ? CertifiedName.Parse(uri) : null;

    private static DateTimeOffset ValidFrom(X509Certificate2 certificate) => certificate.NotBefore.ToUniversalTime();

    private static DateTimeOffset ValidTo(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    private static PeerCheck Refuse(PeerVerdict verdict, X509Certificate2 certificate, CertifiedName? name, string finding) =>
        new(verdict, name, CertificateProfile.SerialOf(certificate), $"The peer's certificate {CertificateProfile.SerialOf(certificate)} {finding}.");
}
