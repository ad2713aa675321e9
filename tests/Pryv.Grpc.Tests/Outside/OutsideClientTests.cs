using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc.Tests.Hosting;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Pryv.Grpc.Tests.Outside;

/// <summary>The server before clients that others wrote: all shapes, deadline, cancellation, errors, limits, gzip, health, reflection.</summary>
public sealed class OutsideClientTests : IAsyncLifetime
{
    private readonly HealthServiceImpl _health = new();
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _health.SetStatus("", ServingStatus.Serving);
        _server = await TestServer.StartAsync(
            map: app =>
            {
                app.MapGrpcService<HealthServiceImpl>();
                app.MapGrpcReflectionService();
            },
            register: services => services.AddSingleton(_health).AddGrpcReflection());
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [OutsideClientFact(OutsideLanguage.Python)]
    public Task Python_grpcio_is_served_over_a_unix_socket() => AssertServedAsync(OutsideClient.Python, $"unix:{_server.SocketPath}");

    [OutsideClientFact(OutsideLanguage.Python)]
    public Task Python_grpcio_is_served_over_mutual_tls() => AssertServedAsync(OutsideClient.Python, Tls, _server.WritePems());

    [OutsideClientFact(OutsideLanguage.Node)]
    public Task Node_grpc_js_is_served_over_a_unix_socket() => AssertServedAsync(OutsideClient.Node, $"unix:{_server.SocketPath}");

    [OutsideClientFact(OutsideLanguage.Node)]
    public Task Node_grpc_js_is_served_over_mutual_tls() => AssertServedAsync(OutsideClient.Node, Tls, _server.WritePems());

    private string Tls => $"localhost:{new Uri(_server.TlsAddress).Port}";

    private async Task AssertServedAsync(OutsideClient client, params string[] arguments)
    {
        await client.AssertPassesAsync(arguments);

        string[] ends = [await Within.PatienceAsync(NextEndAsync()), await Within.PatienceAsync(NextEndAsync())];
        Assert.Equal(["cancelled", "deadline"], ends.Order(StringComparer.Ordinal));
    }

    private Task<string> NextEndAsync() => _server.Service.Ends.ReadAsync().AsTask();
}
