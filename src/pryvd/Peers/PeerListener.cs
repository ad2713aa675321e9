using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc;
using Pryvd.Api;
using Pryvd.Hosting;
using Pryvd.Hosting.Serving;
using Pryvd.Peers.Links;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>The peer port: bound as long as the daemon runs, so that a port that is taken shows at the start; it answers once the node has a certificate.</summary>
internal static class PeerListener
{
    /// <exception cref="StartupException">The port cannot be bound.</exception>
    public static async Task<KestrelHost> StartAsync(IPEndPoint listen, NodeHost host, LeaderCalls leader, Serilog.ILogger log)
    {
        var access = new PeerAccess(host);
        var links = new LinkService(host, access);
        var app = KestrelHost.Build(log, (services, kestrel) =>
        {
            kestrel.UseSockets(options => options.UnsafePreferInlineScheduling = true);
            services.AddSingleton(new PeerService(host, leader, access));
            services.AddSingleton(new AdmissionService(host, leader));
            services.AddGrpc(options =>
            {
                options.MaxReceiveMessageSize = PeerProtocol.MaxMessageBytes;
                options.Interceptors.Add(StoreFaults.InterceptAsync);
            });
            kestrel.ConfigureKestrel(options =>
            {
                options.ForGrpc().Limits.MaxConcurrentConnections = 10_000;
                options.Listen(listen, endpoint => endpoint.UseGrpc().UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(ServerOptions(host)),
                    HandshakeTimeout = TimeSpan.FromSeconds(10),
                }).Use(links.Take));
            });
        });
        app.MapGrpcService<PeerService>();
        app.MapGrpcService<AdmissionService>();
        try
        {
            await app.StartAsync().ConfigureAwait(false);
            return app;
        }
        catch (IOException taken)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new StartupException(
                $"The peer port {listen} cannot be bound: {taken.Message} Stop what uses it, or choose another with --listen.", taken);
        }
    }

    /// <summary>Any certificate, or none, gets through the handshake: each call is judged by <see cref="PeerAccess"/>, whose answer says why.</summary>
    private static SslServerAuthenticationOptions ServerOptions(NodeHost host)
    {
        var identity = host.Identity ?? throw new AuthenticationException("This node has no certificate yet; it belongs to no cluster.");
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, additionalCertificates: null, offline: true),
            ClientCertificateRequired = true,
            ApplicationProtocols = [SslApplicationProtocol.Http2, PeerProtocol.Link],
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
    }
}
