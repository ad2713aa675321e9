using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

/// <summary>Requirement G6: certificates come from the cluster's own authority.</summary>
public sealed class ClusterAuthorityTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public void The_authority_names_its_cluster_and_may_sign_certificates_only()
    {
        using var cluster = new TestCluster("c-7f3a");
        var certificate = cluster.Authority.Certificate;

        Assert.Contains("CN=pryvd cluster blue", certificate.Subject);
        Assert.Equal("c-7f3a", ClusterAuthority.ClusterIdOf(certificate));
        var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(constraints is { CertificateAuthority: true, PathLengthConstraint: 0, Critical: true });
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usage.KeyUsages);
        Assert.Equal(TestCluster.Start.AddYears(20), certificate.NotAfter);
    }

    [Fact]
    public void A_node_gets_the_names_that_the_authority_gives_not_those_it_asks_for()
    {
        using var cluster = new TestCluster();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=n9,O=other", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("pryvd://c1/node/n9"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));

        var issued = cluster.Authority.Issue(request.CreateSigningRequest(), cluster.Name("n1"), Month, cluster.Clock.Now);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der);

        Assert.Equal(cluster.Name("n1"), cluster.Peers.CheckClient(certificate).Name);
        Assert.Equal("n1", certificate.GetNameInfo(X509NameType.DnsName, false));
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Fact]
    public void A_certificate_is_backdated_by_five_minutes_and_ends_when_told()
    {
        using var cluster = new TestCluster();
        using var certificate = cluster.Node("n1", validity: TimeSpan.FromHours(2));

        Assert.Equal(TestCluster.Start.AddMinutes(-5), certificate.NotBefore);
        Assert.Equal(TestCluster.Start.AddHours(2), certificate.NotAfter);
    }

    [Fact]
    public void No_certificate_outlives_its_authority()
    {
        using var cluster = new TestCluster();
        using var certificate = cluster.Node("n1", at: TestCluster.Start.AddYears(20).AddDays(-1));

        Assert.Equal(cluster.Authority.Certificate.NotAfter, certificate.NotAfter);
    }

    [Fact]
    public void Serials_have_128_bits_and_are_never_the_same()
    {
        using var cluster = new TestCluster();
        var serials = Enumerable.Range(0, 50).Select(_ => cluster.Node("n1").SerialNumber.ToLowerInvariant()).ToList();

        Assert.All(serials, serial => Assert.Equal(32, serial.Length));
        Assert.Equal(50, serials.Distinct().Count());
    }

    [Fact]
    public void The_key_hash_is_that_of_the_request_so_that_a_retry_is_known()
    {
        using var cluster = new TestCluster();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var first = cluster.Authority.Issue(NodeRequest.Create(key), cluster.Name("n1"), Month, cluster.Clock.Now);
        var second = cluster.Authority.Issue(NodeRequest.Create(key), cluster.Name("n1"), Month, cluster.Clock.Now);

        Assert.Equal(first.KeyHash, second.KeyHash);
        Assert.Equal(SHA256.HashData(key.ExportSubjectPublicKeyInfo()), first.KeyHash);
    }

    [Fact]
    public void A_request_whose_signature_is_forged_is_refused()
    {
        using var cluster = new TestCluster();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = NodeRequest.Create(key);
        request[^1] ^= 1;

        var e = Assert.Throws<IdentityException>(
            () => cluster.Authority.Issue(request, cluster.Name("n1"), Month, cluster.Clock.Now));
        Assert.Contains("not signed by its own key", e.Message);
    }

    [Fact]
    public void A_request_with_any_bit_changed_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = NodeRequest.Create(key);
        for (var bit = 0; bit < 8 * request.Length; bit++)
        {
            var changed = request.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<IdentityException>(() => NodeRequest.Read(changed));
        }
    }

    [Fact]
    public void A_request_for_another_curve_or_kind_of_key_is_refused()
    {
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<IdentityException>(() => NodeRequest.Read(NodeRequest.Create(large)));

        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.Throws<IdentityException>(() => NodeRequest.Read(request.CreateSigningRequest()));
    }

    [Fact]
    public void Rubbish_and_oversized_requests_are_refused()
    {
        Assert.Throws<IdentityException>(() => NodeRequest.Read([]));
        Assert.Throws<IdentityException>(() => NodeRequest.Read([1, 2, 3]));
        Assert.Contains("at most 4096", Assert.Throws<IdentityException>(() => NodeRequest.Read(new byte[5000])).Message);
    }

    [Fact]
    public void An_authority_comes_back_from_custody_and_goes_on_issuing()
    {
        using var cluster = new TestCluster();
        using var again = ClusterAuthority.Load(cluster.Authority.Certificate.RawData, cluster.Authority.ExportKey());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var issued = again.Issue(NodeRequest.Create(key), cluster.Name("n2"), Month, cluster.Clock.Now);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der);

        Assert.True(cluster.Peers.CheckClient(certificate).IsMember);
        Assert.Equal(cluster.Authority.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void The_key_of_another_authority_is_refused()
    {
        using var ours = new TestCluster();
        using var other = new TestCluster();

        Assert.Throws<IdentityException>(() => ClusterAuthority.Load(ours.Authority.Certificate.RawData, other.Authority.ExportKey()));
    }

    [Fact]
    public void It_certifies_nobody_of_another_cluster()
    {
        using var cluster = new TestCluster();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = NodeRequest.Create(key);

        Assert.Throws<ArgumentException>(
            () => cluster.Authority.Issue(request, new CertifiedName("c2", "n1"), Month, cluster.Clock.Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-n")]
    [InlineData("N1")]
    [InlineData("n/1")]
    [InlineData("n1.example")]
    public void Ids_that_a_certificate_cannot_carry_are_refused(string id) =>
        Assert.Throws<ArgumentException>(() => new CertifiedName("c1", id));
}
