using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pryv.Grpc.Tests.Hosting;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Pryv.Grpc.Tests;

public sealed class HealthTests : IAsyncLifetime
{
    private readonly HealthServiceImpl _health = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        map: app => app.MapGrpcService<HealthServiceImpl>(),
        register: services => services.AddSingleton(_health));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Check_tells_the_status_that_was_set()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        var client = new Health.HealthClient(channel);
        _health.SetStatus("", ServingStatus.Serving);
        _health.SetStatus("a", ServingStatus.NotServing);

        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = "a" })).Status);
    }

    [Fact]
    public async Task Check_of_an_unknown_service_is_not_found()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        _health.SetStatus("a", ServingStatus.Serving);
        _health.ClearAll();

        var error = await Assert.ThrowsAsync<RpcException>(
            () => new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = "a" }).ResponseAsync);

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Watch_tells_the_status_now_and_each_change()
    {
        using var channel = _server.Channel(Transport.UnixSocket);
        using var call = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "a" });

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(call));
        _health.SetStatus("a", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));
        _health.SetStatus("a", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
        _health.ClearStatus("a");
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(call));
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> call)
    {
        Assert.True(await Within.PatienceAsync(call.ResponseStream.MoveNext()));
        return call.ResponseStream.Current.Status;
    }
}
