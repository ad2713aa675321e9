using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

/// <summary>Requirement G6, with real handshakes both ways.</summary>
public sealed class PeerTlsTests : IDisposable
{
    private readonly TestCluster cluster = new(now: DateTimeOffset.UtcNow);
    private readonly List<PeerCheck> refusals = [];

    [Fact]
    public async Task Two_members_speak_TLS_1_3_and_know_each_other()
    {
        using var server = cluster.Node("n1");
        using var client = cluster.Node("n2");

        var outcome = await TlsPair.Connect(Server(server), Client(client, "n1"));

        Assert.Equal(new TlsPair.Outcome(true, SslProtocols.Tls13, true), outcome);
        Assert.Empty(refusals);
    }

    [Fact]
    public async Task An_older_version_of_TLS_is_refused()
    {
        using var server = cluster.Node("n1");
        using var client = cluster.Node("n2");
        var old = Client(client, "n1");
        old.EnabledSslProtocols = SslProtocols.Tls12;

        Assert.False((await TlsPair.Connect(Server(server), old)).Connected);
    }

    [Fact]
    public async Task A_client_refuses_a_server_of_another_authority()
    {
        using var other = new TestCluster(now: DateTimeOffset.UtcNow);
        using var server = other.Node("n1");
        using var client = cluster.Node("n2");

        await RefusedBecause(PeerVerdict.UntrustedAuthority, PeerTls.Server(server, other.Peers, _ => { }), Client(client, "n1"));
    }

    [Fact]
    public async Task A_server_refuses_a_client_of_another_authority()
    {
        using var other = new TestCluster(now: DateTimeOffset.UtcNow);
        using var server = cluster.Node("n1");
        using var client = other.Node("n2");

        await RefusedBecause(PeerVerdict.UntrustedAuthority, Server(server), ClientThatTrustsAnybody(client));
    }

    [Fact]
    public async Task A_client_refuses_another_node_than_the_one_it_called()
    {
        using var server = cluster.Node("n3");
        using var client = cluster.Node("n2");

        await RefusedBecause(PeerVerdict.WrongNode, Server(server), Client(client, "n1"));
    }

    [Fact]
    public async Task A_client_refuses_an_expired_server()
    {
        using var server = cluster.Node("n1", at: cluster.Clock.Now.AddDays(-2), validity: TimeSpan.FromDays(1));
        using var client = cluster.Node("n2");

        await RefusedBecause(PeerVerdict.Expired, Server(server), Client(client, "n1"));
    }

    [Fact]
    public async Task A_server_lets_an_expired_client_in_and_tells_that_it_may_only_renew()
    {
        using var server = cluster.Node("n1");
        using var client = cluster.Node("n2", at: cluster.Clock.Now.AddDays(-2), validity: TimeSpan.FromDays(1));

        Assert.True((await TlsPair.Connect(Server(server), Client(client, "n1"))).Connected);
        var check = cluster.Peers.CheckClient(client);
        Assert.True(check is { MayRenew: true, IsMember: false, Verdict: PeerVerdict.Expired });
    }

    [Fact]
    public async Task A_certificate_from_the_future_is_refused_both_ways()
    {
        using var future = cluster.Node("n1", at: cluster.Clock.Now.AddHours(1));
        using var good = cluster.Node("n2");

        await RefusedBecause(PeerVerdict.NotYetValid, Server(future), Client(good, "n1"));
        await RefusedBecause(PeerVerdict.NotYetValid, Server(good), ClientThatTrustsAnybody(future));
    }

    [Fact]
    public async Task A_revoked_certificate_is_refused_both_ways_even_when_it_is_expired_too()
    {
        using var revoked = cluster.Node("n1", at: cluster.Clock.Now.AddDays(-2), validity: TimeSpan.FromDays(1));
        using var good = cluster.Node("n2");
        cluster.Revoked.Add(revoked.SerialNumber.ToLowerInvariant());

        await RefusedBecause(PeerVerdict.Revoked, Server(revoked), Client(good, "n1"));
        await RefusedBecause(PeerVerdict.Revoked, Server(good), ClientThatTrustsAnybody(revoked));
    }

    [Fact]
    public async Task A_certificate_that_names_another_cluster_is_refused_both_ways()
    {
        using var odd = cluster.Odd(request => CertificateProfile.AddForNode(
            request, new CertifiedName("c2", "n1"), cluster.Authority.Certificate));
        using var good = cluster.Node("n2");

        await RefusedBecause(PeerVerdict.WrongCluster, Server(odd), Client(good, "n1"));
        await RefusedBecause(PeerVerdict.WrongCluster, Server(good), ClientThatTrustsAnybody(odd));
    }

    [Fact]
    public async Task A_joiner_without_certificate_reaches_the_node_whose_authority_its_token_names()
    {
        using var server = cluster.Node("n1");

        var outcome = await TlsPair.Connect(
            Server(server), PeerTls.Joiner(cluster.Authority.Fingerprint, cluster.Clock, refusals.Add));

        Assert.Equal(new TlsPair.Outcome(true, SslProtocols.Tls13, false), outcome);
        Assert.False(cluster.Peers.CheckClient(null).MayRenew);
    }

    [Fact]
    public async Task A_joiner_refuses_a_node_of_another_authority_before_it_shows_its_token()
    {
        using var other = new TestCluster(now: DateTimeOffset.UtcNow);
        using var server = other.Node("n1");

        await RefusedBecause(
            PeerVerdict.UntrustedAuthority,
            PeerTls.Server(server, other.Peers, _ => { }),
            PeerTls.Joiner(cluster.Authority.Fingerprint, cluster.Clock, refusals.Add));
    }

    [Fact]
    public async Task A_joiner_is_not_fooled_by_a_stranger_that_carries_the_right_authority()
    {
        using var stranger = new TestCluster(now: DateTimeOffset.UtcNow);
        using var server = stranger.Odd(request => CertificateProfile.AddForNode(
            request, cluster.Name("n1"), cluster.Authority.Certificate));

        await RefusedBecause(
            PeerVerdict.UntrustedAuthority,
            PeerTls.Server(server, stranger.Peers, _ => { }),
            PeerTls.Joiner(cluster.Authority.Fingerprint, cluster.Clock, refusals.Add));
    }

    public void Dispose() => cluster.Dispose();

    private SslServerAuthenticationOptions Server(X509Certificate2 own) => PeerTls.Server(own, cluster.Peers, refusals.Add);

    private SslClientAuthenticationOptions Client(X509Certificate2 own, string expected) =>
        PeerTls.Client(own, cluster.Peers, expected, refusals.Add);

    private static SslClientAuthenticationOptions ClientThatTrustsAnybody(X509Certificate2 own) => new()
    {
        ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true),
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    private async Task RefusedBecause(
        PeerVerdict verdict, SslServerAuthenticationOptions server, SslClientAuthenticationOptions client)
    {
        refusals.Clear();
        Assert.False((await TlsPair.Connect(server, client)).Connected);
        Assert.Equal(verdict, Assert.Single(refusals).Verdict);
    }
}
