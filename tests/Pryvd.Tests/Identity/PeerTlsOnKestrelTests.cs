using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Identity;

/// <summary>The options as they are used: Kestrel on one side, SocketsHttpHandler on the other, HTTP/2.</summary>
public sealed class PeerTlsOnKestrelTests : IAsyncLifetime
{
    private readonly TestCluster cluster = new(now: DateTimeOffset.UtcNow);
    private readonly WebApplication server;

    public PeerTlsOnKestrelTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, Listen));
        server = builder.Build();
        server.Run(context => context.Response.WriteAsync(
            cluster.Peers.CheckClient(context.Connection.ClientCertificate).Name?.NodeId ?? "nobody"));
    }

    [Fact]
    public async Task A_member_is_known_by_its_certificate_whatever_host_name_was_called()
    {
        using var own = cluster.Node("n2");
        using var client = Client(PeerTls.Client(own, cluster.Peers, "n1", _ => { }));

        Assert.Equal("n2", await Get(client));
    }

    [Fact]
    public async Task A_joiner_is_let_in_and_known_to_be_nobody()
    {
        using var client = Client(PeerTls.Joiner(cluster.Authority.Fingerprint, cluster.Clock, _ => { }));

        Assert.Equal("nobody", await Get(client));
    }

    [Fact]
    public async Task A_revoked_member_gets_no_answer()
    {
        using var own = cluster.Node("n2");
        cluster.Revoked.Add(own.SerialNumber.ToLowerInvariant());
        using var client = Client(PeerTls.Client(own, cluster.Peers, "n1", _ => { }));

        await Assert.ThrowsAsync<HttpRequestException>(() => Get(client));
    }

    [Fact]
    public async Task A_server_that_is_not_the_node_meant_gets_no_request()
    {
        using var own = cluster.Node("n2");
        var refusals = new List<PeerCheck>();
        using var client = Client(PeerTls.Client(own, cluster.Peers, "n3", refusals.Add));

        await Assert.ThrowsAsync<HttpRequestException>(() => Get(client));
        Assert.Equal(PeerVerdict.WrongNode, Assert.Single(refusals).Verdict);
    }

    public Task InitializeAsync() => server.StartAsync();

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        cluster.Dispose();
    }

    private void Listen(ListenOptions options)
    {
        X509Certificate2 own = cluster.Node("n1");
        options.Protocols = HttpProtocols.Http2;
        options.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(PeerTls.Server(own, cluster.Peers, _ => { })),
        });
    }

    private static HttpClient Client(System.Net.Security.SslClientAuthenticationOptions tls) =>
        new(new SocketsHttpHandler { SslOptions = tls }) { Timeout = TimeSpan.FromSeconds(20) };

    private async Task<string> Get(HttpClient client)
    {
        var address = server.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
