using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

public sealed class PeerCertificatesTests : IDisposable
{
    private readonly TestCluster cluster = new();

    [Fact]
    public void A_members_certificate_is_accepted_with_its_name_and_serial()
    {
        using var certificate = cluster.Node("n1");
        var check = cluster.Peers.CheckClient(certificate);

        Assert.True(check.IsMember);
        Assert.Equal(cluster.Name("n1"), check.Name);
        Assert.Equal(certificate.SerialNumber.ToLowerInvariant(), check.Serial);
    }

    [Fact]
    public void The_dates_are_judged_by_the_clock_that_is_given()
    {
        using var certificate = cluster.Node("n1", validity: TimeSpan.FromDays(1));

        cluster.Clock.Now = TestCluster.Start.AddDays(1);
        Assert.Equal(PeerVerdict.Accepted, cluster.Peers.CheckClient(certificate).Verdict);
        cluster.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(PeerVerdict.Expired, cluster.Peers.CheckClient(certificate).Verdict);
        cluster.Clock.Now = TestCluster.Start.AddMinutes(-6);
        Assert.Equal(PeerVerdict.NotYetValid, cluster.Peers.CheckClient(certificate).Verdict);
    }

    [Fact]
    public void A_certificate_for_servers_only_does_not_make_a_client()
    {
        using var certificate = cluster.Odd(request => request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(CertificateProfile.ServerUse)], false)));

        Assert.Equal(PeerVerdict.WrongUse, cluster.Peers.CheckClient(certificate).Verdict);
        Assert.Equal(PeerVerdict.Nameless, cluster.Peers.CheckServer(certificate, null).Verdict);
    }

    [Fact]
    public void The_authority_itself_is_no_peer() =>
        Assert.False(cluster.Peers.CheckClient(cluster.Authority.Certificate).MayRenew);

    [Fact]
    public void A_self_signed_certificate_with_a_members_name_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(cluster.Authority.Certificate.SubjectName, key, HashAlgorithmName.SHA256);
        CertificateProfile.AddForNode(request, cluster.Name("n1"), cluster.Authority.Certificate);
        using var certificate = request.CreateSelfSigned(TestCluster.Start, TestCluster.Start.AddDays(1));

        Assert.Equal(PeerVerdict.UntrustedAuthority, cluster.Peers.CheckClient(certificate).Verdict);
    }

    [Fact]
    public void A_node_cannot_issue_certificates()
    {
        using var node = cluster.Node("n1");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=n2", key, HashAlgorithmName.SHA256);
        CertificateProfile.AddForNode(request, cluster.Name("n2"), cluster.Authority.Certificate);
        using var nodeKey = node.GetECDsaPrivateKey()!;
        using var certificate = request.Create(
            node.SubjectName, X509SignatureGenerator.CreateForECDsa(nodeKey), TestCluster.Start, TestCluster.Start.AddDays(1), [9]);

        Assert.Equal(PeerVerdict.UntrustedAuthority, cluster.Peers.CheckClient(certificate).Verdict);
    }

    [Fact]
    public void Every_refusal_says_why_in_a_sentence()
    {
        using var certificate = cluster.Node("n1");
        cluster.Revoked.Add(certificate.SerialNumber.ToLowerInvariant());

        var reason = cluster.Peers.CheckClient(certificate).Reason;

        Assert.Contains(certificate.SerialNumber.ToLowerInvariant(), reason);
        Assert.Contains("must join again with a new token", reason);
    }

    public void Dispose() => cluster.Dispose();
}
