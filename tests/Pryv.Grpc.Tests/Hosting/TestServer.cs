using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pryv.Grpc.Tests.Hosting;

/// <summary>A Kestrel of this process with the test service, on a Unix socket, on loopback, and there under mutual TLS.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private TestServer(WebApplication app, string folder)
    {
        _app = app;
        _folder = folder;
    }

    public static TestAuthority Authority { get; } = new();

    public ShapesService Service => _app.Services.GetRequiredService<ShapesService>();

    public RecordedLogs Logs => _app.Services.GetRequiredService<RecordedLogs>();

    public string SocketPath => Path.Combine(_folder, "server.sock");

    public string TcpAddress => Addresses.Single(address => address.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));

    public string TlsAddress => Addresses.Single(address => address.StartsWith("https://", StringComparison.Ordinal));

    private IEnumerable<string> Addresses =>
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    public static async Task<TestServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? register = null,
        bool withService = true,
        GrpcServerLimits? limits = null)
    {
        var folder = Directory.CreateTempSubdirectory("grpc-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        var logs = new RecordedLogs();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel.ForGrpc(limits), Path.Combine(folder, "server.sock")));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(logs).AddSingleton<ShapesService>().AddGrpc(configure);
        register?.Invoke(builder.Services);
        var app = builder.Build();
        if (withService)
        {
            app.MapGrpcService<ShapesService>();
        }

        map?.Invoke(app);
        await app.StartAsync();
        return new TestServer(app, folder);
    }

    public GrpcChannel Channel(Transport transport, GrpcChannelOptions? options = null)
    {
        options ??= new GrpcChannelOptions();
        options.DisposeHttpClient = true;
        options.HttpHandler = transport == Transport.UnixSocket
            ? GrpcTransport.UnixSocket(SocketPath)
            : GrpcTransport.MutualTls(() => Authority.Client, Authority.Validate);
        return GrpcChannel.ForAddress(transport == Transport.UnixSocket ? "http://localhost" : TlsAddress, options);
    }

    /// <summary>An HTTP/2 client for requests that no gRPC client would send.</summary>
    public HttpClient RawClient() => new(GrpcTransport.Tcp())
    {
        BaseAddress = new Uri(TcpAddress),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>Writes the client's identity for a client of another language, and returns the folder.</summary>
    public string WritePems()
    {
        File.WriteAllText(Path.Combine(_folder, "root.pem"), Authority.RootPem);
        File.WriteAllText(Path.Combine(_folder, "client.pem"), Authority.Client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "client.key"), TestAuthority.KeyPem(Authority.Client));
        return _folder;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Listen(KestrelServerOptions kestrel, string socketPath)
    {
        kestrel.ListenUnixSocket(socketPath, listen => listen.UseGrpc());
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseGrpc());
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseGrpc().UseHttps(https =>
        {
            https.SslProtocols = SslProtocols.Tls13;
            https.ServerCertificate = Authority.Server;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, chain, errors) => Authority.Validate(certificate, certificate, chain, errors);
        }));
    }
}
