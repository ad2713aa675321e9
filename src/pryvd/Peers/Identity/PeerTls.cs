using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>
/// TLS between nodes: version 1.3 only, no resumption across a revocation, peers known by certificate and never
/// by host name (SocketsHttpHandler overwrites TargetHost with the URI's host, so nothing may rest on it).
/// </summary>
public static class PeerTls
{
    /// <summary>
    /// For the peer port. A certificate is asked for but may be missing (admission) or expired (renewal), so every call
    /// asks <see cref="PeerCertificates.CheckClient"/> again for what it needs.
    /// </summary>
    /// <param name="own">This node's certificate with its key.</param>
    /// <param name="peers">Who may connect.</param>
    /// <param name="refused">Told of each refusal, for the security log.</param>
    public static SslServerAuthenticationOptions Server(
        X509Certificate2 own, PeerCertificates peers, Action<PeerCheck> refused) => new()
        {
            ServerCertificateContext = ContextOf(own),
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            AllowRenegotiation = false,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                Decide(peers.CheckClient(certificate as X509Certificate2), c => c.MayRenew || c.Verdict == PeerVerdict.Missing, refused),
        };

    /// <summary>For calls from a member to a member.</summary>
    /// <param name="own">This node's certificate with its key.</param>
    /// <param name="peers">Judges whom we reach.</param>
    /// <param name="expectedNode">The node that is meant; null when any member will do.</param>
    /// <param name="refused">Told of each refusal, so that the caller can say more than "handshake failed".</param>
    /// <param name="protocol">What the connection is for; HTTP/2 unless it is said.</param>
    public static SslClientAuthenticationOptions Client(
        X509Certificate2 own, PeerCertificates peers, string? expectedNode, Action<PeerCheck> refused, SslApplicationProtocol? protocol = null)
    {
        var options = ClientBase(certificate => Decide(peers.CheckServer(certificate, expectedNode), c => c.IsMember, refused));
        options.ClientCertificateContext = ContextOf(own);
        options.ApplicationProtocols = protocol is { } other ? [other] : options.ApplicationProtocols;
        return options;
    }

    /// <summary>For a joiner: no certificate of its own, the other side known by the token's fingerprint.</summary>
    public static SslClientAuthenticationOptions Joiner(
        AuthorityFingerprint authority, TimeProvider clock, Action<PeerCheck> refused) =>
        ClientBase(certificate => Decide(PinnedAuthority.CheckServer(certificate, authority, clock), c => c.IsMember, refused));

    private static SslClientAuthenticationOptions ClientBase(Func<X509Certificate2?, bool> accept) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        AllowRenegotiation = false,
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => accept(certificate as X509Certificate2),
    };

    private static bool Decide(PeerCheck check, Func<PeerCheck, bool> enough, Action<PeerCheck> refused)
    {
        if (enough(check))
        {
            return true;
        }

        refused(check);
        return false;
    }

    // Offline, or building the context would look for issuers on the network.
    private static SslStreamCertificateContext ContextOf(X509Certificate2 own) =>
        SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true);
}
