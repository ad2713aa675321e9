using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

/// <summary>An authority and what is needed to make nodes of it.</summary>
internal sealed class TestCluster : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public TestCluster(string id = "c1", DateTimeOffset? now = null)
    {
        Clock = new ManualClock(now ?? Start);
        Authority = ClusterAuthority.Create("blue", id, Clock.Now);
    }

    public ManualClock Clock { get; }

    public ClusterAuthority Authority { get; }

    public HashSet<string> Revoked { get; } = [];

    public PeerCertificates Peers => new(Authority.Certificate, Revoked.Contains, Clock);

    public CertifiedName Name(string node) => new(Authority.ClusterId, node);

    /// <summary>A certificate with its key, issued at <paramref name="at"/>.</summary>
    public X509Certificate2 Node(string node, DateTimeOffset? at = null, TimeSpan? validity = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = Authority.Issue(
            NodeRequest.Create(key), Name(node), validity ?? ClusterAuthority.DefaultValidity, at ?? Clock.Now);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate of this authority with extensions of the test's choice, as no honest voter issues it.</summary>
    public X509Certificate2 Odd(Action<CertificateRequest> extend)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authorityKey = ECDsa.Create();
        authorityKey.ImportPkcs8PrivateKey(Authority.ExportKey(), out _);
        var request = new CertificateRequest("CN=odd", key, HashAlgorithmName.SHA256);
        extend(request);
        using var certificate = request.Create(
            Authority.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey),
            Clock.Now, Clock.Now.AddDays(1), [1, 2, 3]);
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose() => Authority.Dispose();
}
